"""Define exchange records: one row for every answer to an exchange request, without foreign keys."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.translation import gettext_lazy as _

from token_exchange.sts.audit import Severity


class ExchangeRecord(models.Model):
    """Records one answer; it cannot be changed. It holds identifiers as text, never a token or a secret."""

    class Outcome(models.TextChoices):
        """Names the kinds of answers."""

        GRANTED = "granted", _("Granted")
        REFUSED = "refused", _("Refused")
        REVOKED = "revoked", _("Revoked")

    SEVERITIES: ClassVar = [(Severity.ROUTINE.value, _("Routine")), (Severity.HIGH.value, _("High"))]

    created = models.DateTimeField(_("time"))
    request_id = models.CharField(_("request id"), max_length=32)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome)
    error = models.CharField(_("error"), max_length=32, blank=True)
    reason = models.CharField(_("reason"), max_length=64, blank=True)
    detail = models.CharField(_("detail"), max_length=64, blank=True)
    severity = models.CharField(_("severity"), max_length=8, choices=SEVERITIES, default=Severity.ROUTINE.value)
    client_id = models.CharField(_("client"), max_length=255, blank=True)
    address = models.GenericIPAddressField(_("address"), null=True)
    subject_token_type = models.CharField(_("subject token type"), max_length=255, blank=True)
    actor_token_type = models.CharField(_("actor token type"), max_length=255, blank=True)
    requested_token_type = models.CharField(_("requested token type"), max_length=255, blank=True)
    subject = models.CharField(_("subject"), max_length=512, blank=True)
    subject_name = models.CharField(_("user name of the subject"), max_length=255, blank=True)
    actor = models.CharField(_("actor"), max_length=512, blank=True)
    act = models.JSONField(_("actors"), null=True)
    trusted_issuer = models.CharField(_("trusted issuer"), max_length=200, blank=True)
    way = models.CharField(_("way"), max_length=20, blank=True)
    requested_scope = models.TextField(_("requested scope"), blank=True)
    granted_scope = models.TextField(_("granted scope"), blank=True)
    audience = models.JSONField(_("audience"), default=list)
    resource = models.JSONField(_("resource"), default=list)
    policy_key = models.BigIntegerField(_("policy ID"), null=True)
    policy_name = models.CharField(_("policy"), max_length=100, blank=True)
    permission_key = models.BigIntegerField(_("permission ID"), null=True)
    permission_name = models.CharField(_("impersonation permission"), max_length=100, blank=True)
    justification = models.JSONField(_("justification"), default=dict)
    lifetime = models.PositiveIntegerField(_("lifetime"), null=True)
    issued_fingerprint = models.CharField(_("fingerprint of the issued token"), max_length=64, blank=True)
    subject_fingerprint = models.CharField(_("fingerprint of the subject token"), max_length=64, blank=True)
    actor_fingerprint = models.CharField(_("fingerprint of the actor token"), max_length=64, blank=True)
    trace = models.JSONField(_("trace"), default=list)

    class Meta:
        ordering: ClassVar = ["-pk"]
        verbose_name = _("exchange record")
        verbose_name_plural = _("exchange records")
        indexes: ClassVar = [
            models.Index(fields=["created"], name="token_exchange_record_created"),
            models.Index(fields=["request_id"], name="token_exchange_record_request"),
            models.Index(fields=["client_id", "created"], name="token_exchange_record_client"),
            models.Index(fields=["subject", "created"], name="token_exchange_record_subject"),
            models.Index(fields=["actor", "created"], name="token_exchange_record_actor"),
            models.Index(fields=["subject_name"], name="token_exchange_record_name"),
            models.Index(fields=["permission_key", "created"], name="token_exchange_record_permit"),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} {self.request_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert the record; raise `PermissionDenied` for a record that is already stored."""
        if not self._state.adding:
            raise PermissionDenied("exchange records are append-only")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Raise `PermissionDenied`: only `prune_exchange_records` deletes records."""
        raise PermissionDenied("exchange records are append-only")
