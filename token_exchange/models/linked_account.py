"""Define linked accounts, each of which connects an external subject to a local user."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from token_exchange.models.fields import ExactCharField


class LinkedAccount(models.Model):
    """Links a subject of an issuer to a local user, by an immutable identifier and never by an address or a name."""

    trusted_issuer = models.ForeignKey(
        "token_exchange.TrustedIssuer",
        verbose_name=_("trusted issuer"),
        on_delete=models.CASCADE,
        related_name="accounts",
    )
    subject = ExactCharField(_("subject"), max_length=255)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.CASCADE, related_name="+"
    )
    created = models.DateTimeField(_("linked"), auto_now_add=True)

    class Meta:
        verbose_name = _("linked account")
        verbose_name_plural = _("linked accounts")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["trusted_issuer", "subject"], name="token_exchange_linked_subject")
        ]

    def __str__(self) -> str:
        return self.subject
