"""Impersonation permissions: who may act as whom without holding that one's token."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from oauth2_provider.settings import oauth2_settings

from token_exchange.models.configuration_version import Versioned, VersionedQuerySet
from token_exchange.models.fields import ChoicesField, LinesField
from token_exchange.sts.permission import ActAsMethod
from token_exchange.sts.policy import Effect


class ImpersonationPermission(Versioned):
    """One sentence: these may act as those, in this manner, through these clients, for these targets and scopes.

    A deny row wins over every other. No row lets anybody act as themselves, as somebody inactive, or as somebody with
    more rights than their own.
    """

    EFFECTS: ClassVar = [(Effect.PERMIT.value, _("Permit")), (Effect.DENY.value, _("Deny"))]
    METHODS: ClassVar = [
        (ActAsMethod.TICKET.value, _("Impersonation: with a ticket made out beforehand, which counts once")),
        (ActAsMethod.ACTOR_TOKEN.value, _("Delegation: with an actor token and the name of the subject")),
    ]
    COPIED_CLAIMS: ClassVar = [
        ("reason", _("The reason")),
        ("reference", _("The reference of the support case")),
        ("context", _("The context that the requester gave")),
    ]

    name = models.CharField(_("name"), max_length=100)
    description = models.TextField(_("notes"), blank=True)
    enabled = models.BooleanField(
        _("enabled"), default=True, help_text=_("Disabling stops every token obtained under this permission at once.")
    )
    effect = models.CharField(
        _("effect"),
        max_length=10,
        choices=EFFECTS,
        default=Effect.PERMIT.value,
        help_text=_("A denial wins over every permission. What it leaves empty does not narrow it."),
    )
    begins = models.DateTimeField(_("from"), null=True, blank=True)
    ends = models.DateTimeField(_("until"), null=True, blank=True)
    methods = ChoicesField(_("methods"), options=METHODS, blank=True)
    actor_users = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("acting users"), blank=True, related_name="+"
    )
    actor_groups = models.ManyToManyField("auth.Group", verbose_name=_("acting groups"), blank=True, related_name="+")
    actor_clients = models.ManyToManyField(
        oauth2_settings.APPLICATION_MODEL,
        verbose_name=_("acting clients"),
        blank=True,
        related_name="+",
        help_text=_("Clients act by delegation only, and only for people without any rights of their own."),
    )
    subject_users = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("users who are acted for"), blank=True, related_name="+"
    )
    subject_groups = models.ManyToManyField(
        "auth.Group",
        verbose_name=_("groups that are acted for"),
        blank=True,
        related_name="+",
        help_text=_(
            "Being in one of these groups is no obstacle; being in any other that the acting one is not in, is."
        ),
    )
    privileged_subjects = models.BooleanField(
        _("staff and superusers too"),
        default=False,
        help_text=_("Dangerous: only a superuser may save this, and nobody reaches more rights than their own."),
    )
    clients = models.ManyToManyField(
        oauth2_settings.APPLICATION_MODEL,
        verbose_name=_("through clients"),
        blank=True,
        related_name="+",
        help_text=_("Who may exchange the ticket. An exchange policy has to allow it as well."),
    )
    targets = models.ManyToManyField("token_exchange.Target", verbose_name=_("targets"), blank=True, related_name="+")
    scopes = LinesField(_("scopes"), blank=True, help_text=_("One a line. Empty: no scope at all."))
    reason_required = models.BooleanField(_("a reason is required"), default=True)
    reference_required = models.BooleanField(_("a reference is required"), default=False)
    approval_required = models.BooleanField(
        _("a second person approves"), default=False, help_text=_("Never the requester.")
    )
    notifies_subject = models.BooleanField(
        _("tell the person acted for"), default=True, help_text=_("By e-mail, when somebody begins to act.")
    )
    copied_claims = ChoicesField(
        _("claims"), options=COPIED_CLAIMS, blank=True, help_text=_("What resource servers are told beside who acts.")
    )
    named_kinds = LinesField(_("kinds of parties named"), blank=True, editable=False)
    updated = models.DateTimeField(_("updated"), auto_now=True)

    objects = VersionedQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name"]
        verbose_name = _("impersonation permission")
        verbose_name_plural = _("impersonation permissions")
        constraints: ClassVar = [models.UniqueConstraint(fields=["name"], name="token_exchange_permission_name")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse what can never be in force; the lists are the form's to look at."""
        if self.begins and self.ends and self.ends <= self.begins:
            raise ValidationError({"ends": _("This is not after the beginning: it would never be in force.")})
        if self.effect == Effect.PERMIT.value and not self.methods:
            raise ValidationError({"methods": _("Choose at least one manner, or nobody can ever act.")})
