"""Define impersonation tickets, which are requested, approved, collected and used once."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from token_exchange.models.fields import LinesField


class ImpersonationTicket(models.Model):
    """Lets one user act as another, once and for ten minutes; its value is shown once, and only its hash is stored."""

    class State(models.TextChoices):
        """Names the states of a ticket, from the request to the end."""

        WAITING = "waiting", _("Waiting for approval")
        APPROVED = "approved", _("Approved")
        DECLINED = "declined", _("Declined")
        READY = "ready", _("Ready")
        USED = "used", _("Used")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        EXPIRED = "expired", _("Expired")

    permission = models.ForeignKey(
        "token_exchange.ImpersonationPermission",
        verbose_name=_("permission"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="tickets",
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("actor"), on_delete=models.CASCADE, related_name="+"
    )
    subject = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("subject"), on_delete=models.CASCADE, related_name="+"
    )
    targets = models.ManyToManyField("token_exchange.Target", verbose_name=_("targets"), related_name="+")
    scopes = LinesField(_("scopes"), blank=True)
    reason = models.TextField(_("reason"), blank=True)
    reference = models.CharField(_("reference"), max_length=200, blank=True)
    context = models.JSONField(_("context"), default=dict, blank=True)

    requested = models.DateTimeField(_("requested"), default=timezone.now, editable=False)
    approval_required = models.BooleanField(_("approval required"), default=False, editable=False)
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("approver"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        editable=False,
    )
    approved = models.DateTimeField(_("approved"), null=True, editable=False)
    declined = models.DateTimeField(_("declined"), null=True, editable=False)
    fingerprint = models.CharField(_("fingerprint"), max_length=64, null=True, editable=False)  # noqa: DJ001 - unique
    expires = models.DateTimeField(
        _("expires"),
        editable=False,
        help_text=_("The end of the time in which the ticket can be approved, collected or used."),
    )
    used = models.DateTimeField(_("used"), null=True, editable=False)
    # Named as in every other kind of token: the statements that lock a parent token use this column.
    revoked = models.DateTimeField(_("withdrawn"), null=True, editable=False)

    class Meta:
        ordering: ClassVar = ["-pk"]
        verbose_name = _("impersonation ticket")
        verbose_name_plural = _("impersonation tickets")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["fingerprint"], name="token_exchange_ticket_fingerprint")
        ]
        indexes: ClassVar = [models.Index(fields=["expires"], name="token_exchange_ticket_expiry")]
        permissions: ClassVar = [("approve_impersonationticket", "Can approve impersonation tickets of others")]

    def __str__(self) -> str:
        return f"{self.actor} → {self.subject}"

    @property
    def state(self) -> State:
        """Return the state of the ticket at this moment."""
        ended = (
            (self.used, self.State.USED),
            (self.revoked, self.State.WITHDRAWN),
            (self.declined, self.State.DECLINED),
            (self.expires <= timezone.now(), self.State.EXPIRED),
            (self.fingerprint, self.State.READY),
            (self.approved or not self.approval_required, self.State.APPROVED),
        )
        return next((state for holds, state in ended if holds), self.State.WAITING)
