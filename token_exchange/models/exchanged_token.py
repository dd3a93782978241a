"""Define exchanged tokens: parents, actors and policy of each access token that an exchange issued."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class ExchangedToken(models.Model):
    """Describes one issued token, which it finds by its fingerprint, the SHA-256 of the token.

    There is no foreign key to the access token, because django-oauth-toolkit rewrites or deletes that row when a token
    is refreshed, and a foreign key would slow that down. Parents are found by their fingerprints too.
    """

    fingerprint = models.CharField(_("fingerprint"), max_length=64)
    token_id = models.CharField(
        _("token id"),
        max_length=32,
        help_text=_("The <code>jti</code> of the token, by which APIs and their logs name it."),
    )
    subject_fingerprint = models.CharField(_("fingerprint of the subject token"), max_length=64, blank=True)
    actor_fingerprint = models.CharField(_("fingerprint of the actor token"), max_length=64, blank=True)
    root = models.CharField(_("fingerprint of the root token"), max_length=64)
    generation = models.PositiveSmallIntegerField(_("generation"))
    client_id = models.CharField(_("client"), max_length=255)
    subject = models.CharField(_("subject"), max_length=512)
    way = models.CharField(
        _("way"),
        max_length=20,
        help_text=_("How the token came to represent its subject. Tokens exchanged for it have the same way."),
    )
    act = models.JSONField(_("actors"), null=True)
    may_act = models.JSONField(_("may act"), null=True)
    audience = models.JSONField(_("audience"))
    policy = models.ForeignKey(
        "token_exchange.ExchangePolicy",
        verbose_name=_("policy"),
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    trusted_issuer = models.ForeignKey(
        "token_exchange.TrustedIssuer",
        verbose_name=_("trusted issuer"),
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    permission = models.ForeignKey(
        "token_exchange.ImpersonationPermission",
        verbose_name=_("impersonation permission"),
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    claims = models.JSONField(_("copied claims"), default=dict)
    facts = models.JSONField(
        _("facts"),
        default=dict,
        help_text=_("The facts on which the exchange was decided; every use is decided on them again."),
    )
    revoked_with_parents = models.BooleanField(_("revoked with its parents"))
    issued = models.DateTimeField(_("issued"))
    expires = models.DateTimeField(_("expires"))
    revoked = models.DateTimeField(_("revoked"), null=True)

    class Meta:
        ordering: ClassVar = ["-pk"]
        verbose_name = _("exchanged token")
        verbose_name_plural = _("exchanged tokens")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["fingerprint"], name="token_exchange_token_fingerprint")
        ]
        indexes: ClassVar = [
            models.Index(fields=["subject_fingerprint"], name="token_exchange_by_subject"),
            models.Index(fields=["actor_fingerprint"], name="token_exchange_by_actor"),
            models.Index(fields=["expires"], name="token_exchange_by_expiry"),
        ]
        permissions: ClassVar = [("revoke_exchangedtoken", "Can revoke exchanged tokens and all derived from them")]

    def __str__(self) -> str:
        # The table does not hold the token; the end of the fingerprint identifies the row.
        return f"…{self.fingerprint[-8:]}"
