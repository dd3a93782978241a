"""Define impersonation permissions: which users and clients may act as which users, without their tokens."""

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
    """Permits or denies that its actors act as its subjects, for some clients, targets and scopes.

    A denial overrides every permission. No permission lets an actor act as themselves, as an inactive user, or as a
    user with rights that the actor lacks.
    """

    EFFECTS: ClassVar = [(Effect.PERMIT.value, _("Permit")), (Effect.DENY.value, _("Deny"))]
    METHODS: ClassVar = [
        (ActAsMethod.TICKET.value, _("With an impersonation ticket, which is requested beforehand and used once")),
        (ActAsMethod.ACTOR_TOKEN.value, _("With an actor token and the user name of the subject")),
    ]
    COPIED_CLAIMS: ClassVar = [
        ("reason", _("The reason")),
        ("reference", _("The reference")),
        ("context", _("The context of the request")),
    ]

    name = models.CharField(_("name"), max_length=100)
    description = models.TextField(_("description"), blank=True)
    enabled = models.BooleanField(
        _("enabled"),
        default=True,
        help_text=_("Disabling makes every token inactive that was issued under this permission."),
    )
    effect = models.CharField(
        _("effect"),
        max_length=10,
        choices=EFFECTS,
        default=Effect.PERMIT.value,
        help_text=_("A denial overrides every permission. Fields that are left empty do not narrow it."),
    )
    begins = models.DateTimeField(_("from"), null=True, blank=True)
    ends = models.DateTimeField(_("until"), null=True, blank=True)
    methods = ChoicesField(_("methods"), options=METHODS, blank=True)
    actor_users = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("actor users"), blank=True, related_name="+"
    )
    actor_groups = models.ManyToManyField("auth.Group", verbose_name=_("actor groups"), blank=True, related_name="+")
    actor_clients = models.ManyToManyField(
        oauth2_settings.APPLICATION_MODEL,
        verbose_name=_("actor clients"),
        blank=True,
        related_name="+",
        help_text=_("Clients act with an actor token only, and only for users without any permissions or groups."),
    )
    subject_users = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("subject users"), blank=True, related_name="+"
    )
    subject_groups = models.ManyToManyField(
        "auth.Group",
        verbose_name=_("subject groups"),
        blank=True,
        related_name="+",
        help_text=_(
            "The actor need not be a member of these groups, but must be a member of all other groups of the subject."
        ),
    )
    privileged_subjects = models.BooleanField(
        _("include staff and superusers"),
        default=False,
        help_text=_("Dangerous: only a superuser may save this. An actor never gains rights that the actor lacks."),
    )
    clients = models.ManyToManyField(
        oauth2_settings.APPLICATION_MODEL,
        verbose_name=_("clients"),
        blank=True,
        related_name="+",
        help_text=_("The clients that may exchange the ticket. An exchange policy must permit it too."),
    )
    targets = models.ManyToManyField("token_exchange.Target", verbose_name=_("targets"), blank=True, related_name="+")
    scopes = LinesField(_("scopes"), blank=True, help_text=_("One per line. If left empty, no scope is granted."))
    reason_required = models.BooleanField(_("require a reason"), default=True)
    reference_required = models.BooleanField(_("require a reference"), default=False)
    approval_required = models.BooleanField(
        _("require approval"), default=False, help_text=_("Another user than the requester must approve each ticket.")
    )
    notifies_subject = models.BooleanField(
        _("notify the subject"), default=True, help_text=_("Send the subject an e-mail when an actor begins to act.")
    )
    copied_claims = ChoicesField(
        _("copied claims"), options=COPIED_CLAIMS, blank=True, help_text=_("Claims of the token, besides the actor.")
    )
    named_kinds = LinesField(_("kinds of named parties"), blank=True, editable=False)
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
        """Require a valid period, and a method of a permit; forms also apply `impersonation.validation`."""
        if self.begins and self.ends and self.ends <= self.begins:
            raise ValidationError({"ends": _("The end must be later than the beginning.")})
        if self.effect == Effect.PERMIT.value and not self.methods:
            raise ValidationError({"methods": _("Choose at least one method. Without one, nothing is permitted.")})
