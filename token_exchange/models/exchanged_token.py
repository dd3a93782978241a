"""Exchanged tokens: what stands beside an access token that an exchange issued."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class ExchangedToken(models.Model):
    """Parents, actors, audience and policy of an issued token, found by the token's SHA-256.

    No foreign key to the access token: refreshing rewrites or deletes those rows, and every key would slow
    their clean-up. Lineage is kept by fingerprint.
    """

    fingerprint = models.CharField(_("fingerprint"), max_length=64)
    subject_fingerprint = models.CharField(_("subject token"), max_length=64, blank=True)
    actor_fingerprint = models.CharField(_("actor token"), max_length=64, blank=True)
    root = models.CharField(_("root"), max_length=64)
    generation = models.PositiveSmallIntegerField(_("generation"))
    client_id = models.CharField(_("client"), max_length=255)
    subject = models.CharField(_("subject"), max_length=512)
    way = models.CharField(
        _("way"),
        max_length=20,
        help_text=_("How it came to speak for its subject. What is made from an impersonated token stays one."),
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
        help_text=_("What the exchange was decided by; the rules are asked about it at every use."),
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
        # Never the token, which this table does not hold; the end of the fingerprint tells rows apart.
        return f"…{self.fingerprint[-8:]}"
