"""Define the health of a trusted issuer, a table of its own so that a fetch does not change the configuration."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class IssuerHealth(models.Model):
    """Holds the last fetch of the keys of an issuer, its outcome, its keys, and the last use of the issuer."""

    trusted_issuer = models.OneToOneField(
        "token_exchange.TrustedIssuer",
        verbose_name=_("trusted issuer"),
        on_delete=models.CASCADE,
        related_name="health",
    )
    fetched = models.DateTimeField(_("last fetch"), null=True)
    outcome = models.CharField(_("outcome"), max_length=64, blank=True)
    keys = models.JSONField(_("keys"), default=list)
    """`{"kid", "kty", "fingerprint", "first_seen"}` each; never key material."""
    warnings = models.JSONField(_("ignored keys"), default=list)
    """`{"flaw", "position", "kid"}` each, of the last key set that was read."""
    last_used = models.DateTimeField(_("last used"), null=True)

    class Meta:
        verbose_name = _("issuer health")
        verbose_name_plural: ClassVar = _("issuer health")

    def __str__(self) -> str:
        return self.outcome
