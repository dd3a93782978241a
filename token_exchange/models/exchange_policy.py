"""Exchange policies: who may exchange what, for whom, for where."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from oauth2_provider.settings import oauth2_settings

from token_exchange.models import policy_rules
from token_exchange.models.conditions_field import CONDITIONS_HELP, ConditionsField
from token_exchange.models.configuration_version import Versioned, VersionedQuerySet
from token_exchange.models.fields import ChoicesField, LinesField
from token_exchange.models.validation import errors_in
from token_exchange.sts import vocabulary
from token_exchange.sts.delegation import MAX_CHAIN_DEPTH
from token_exchange.sts.policy import Effect, SubjectKind, Way

APPLICATION = oauth2_settings.APPLICATION_MODEL


def access_token_only() -> list[str]:
    """The token type that every policy starts with."""
    return [vocabulary.ACCESS_TOKEN]


class ExchangePolicy(Versioned):
    """One sentence of the rule book; the first enabled one that allows the whole exchange wins, a deny always."""

    EFFECTS: ClassVar = [(Effect.PERMIT.value, _("Permit")), (Effect.DENY.value, _("Deny"))]
    TOKEN_TYPES: ClassVar = [(vocabulary.ACCESS_TOKEN, _("Access token"))]
    SUBJECT_TOKEN_TYPES: ClassVar = [
        *TOKEN_TYPES,
        (vocabulary.JWT, _("JWT of a trusted issuer")),
        (vocabulary.ID_TOKEN, _("ID token")),
        (vocabulary.REFRESH_TOKEN, _("Refresh token of this server")),
        (vocabulary.PERSONAL_ACCESS_TOKEN, _("Personal access token")),
        (vocabulary.IMPERSONATION_TICKET, _("Impersonation ticket")),
        (vocabulary.USER, _("Name of a user, with an actor token")),
    ]
    SUBJECT_KINDS: ClassVar = [
        (SubjectKind.ANY_USER.value, _("Any user")),
        (SubjectKind.LISTED_USERS.value, _("The users and groups listed")),
        (SubjectKind.CLIENTS.value, _("Clients (tokens without a user)")),
        (SubjectKind.WORKLOADS.value, _("Workloads (external tokens without a user)")),
        (SubjectKind.ANYONE.value, _("Anyone (deny policies only)")),
    ]
    WAYS: ClassVar = [
        (Way.CLIENT_ACTS.value, _("Delegation: the calling client becomes the actor")),
        (Way.DELEGATION.value, _("Delegation: the party of an actor token becomes the actor")),
        (Way.SAME_SUBJECT.value, _("Same subject: the client trades a token that was issued to itself")),
        (
            Way.BY_PERMISSION.value,
            _("By permission: whoever holds a ticket, or an actor token, acts as impersonation permissions allow"),
        ),
        (
            Way.WITHOUT_ACTOR.value,
            _("Impersonation: another client's token, and no trace of who acts in the new one"),
        ),
    ]

    name = models.CharField(_("name"), max_length=100)
    description = models.TextField(_("notes"), blank=True)
    position = models.PositiveIntegerField(
        _("position"), default=0, help_text=_("Policies are asked in this order; the first that allows wins.")
    )
    enabled = models.BooleanField(
        _("enabled"),
        default=True,
        help_text=_("Disabling stops every token issued under this policy at once."),
    )
    effect = models.CharField(
        _("effect"),
        max_length=10,
        choices=EFFECTS,
        default=Effect.PERMIT.value,
        help_text=_("A deny policy wins over every permit. What it leaves empty does not narrow it."),
    )
    report_only = models.BooleanField(
        _("report only"), default=False, help_text=_("Asked and traced in the records, but decides nothing.")
    )
    client = models.ForeignKey(
        APPLICATION,
        verbose_name=_("client"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text=_("Who calls the token endpoint. A permit policy names one; a deny policy may cover all."),
    )
    begins = models.DateTimeField(_("from"), null=True, blank=True)
    ends = models.DateTimeField(_("until"), null=True, blank=True)

    subject_token_types = ChoicesField(_("subject token types"), options=SUBJECT_TOKEN_TYPES, default=access_token_only)
    issued_to = models.ManyToManyField(
        APPLICATION,
        verbose_name=_("issued to"),
        blank=True,
        related_name="+",
        help_text=_(
            "Other clients whose tokens the client may trade. Its own tokens, and those meant for a target "
            "that it owns, it may trade anyway."
        ),
    )
    accepts_local_tokens = models.BooleanField(_("this server's own tokens"), default=True)
    trusted_issuers = models.ManyToManyField(
        "token_exchange.TrustedIssuer",
        verbose_name=_("trusted issuers"),
        blank=True,
        related_name="policies",
        help_text=_("External issuers whose tokens the client may trade."),
    )
    conditions = ConditionsField(_("claim conditions"), help_text=CONDITIONS_HELP)
    subject_kind = models.CharField(
        _("subjects"), max_length=20, choices=SUBJECT_KINDS, default=SubjectKind.ANY_USER.value
    )
    subject_users = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("subject users"), blank=True, related_name="+"
    )
    subject_groups = models.ManyToManyField(
        "auth.Group", verbose_name=_("subject groups"), blank=True, related_name="+"
    )
    privileged_subjects = models.BooleanField(
        _("staff and superusers too"),
        default=False,
        help_text=_("Dangerous: a stolen token of an administrator becomes worth more."),
    )

    ways = ChoicesField(_("ways"), options=WAYS, blank=True)
    actor_users = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("actor users"), blank=True, related_name="+"
    )
    actor_groups = models.ManyToManyField("auth.Group", verbose_name=_("actor groups"), blank=True, related_name="+")
    actor_clients = models.ManyToManyField(APPLICATION, verbose_name=_("actor clients"), blank=True, related_name="+")
    limited_to_actor_scopes = models.BooleanField(
        _("not beyond the actor's scopes"),
        default=True,
        help_text=_("Grant only scopes that the actor token has as well."),
    )
    max_chain_depth = models.PositiveSmallIntegerField(
        _("longest chain of actors"),
        default=1,
        validators=[MaxValueValidator(MAX_CHAIN_DEPTH)],
        help_text=_("1: a delegated token is not delegated further."),
    )

    targets = models.ManyToManyField(
        "token_exchange.Target", verbose_name=_("targets"), blank=True, related_name="policies"
    )
    scopes = LinesField(_("scopes"), blank=True, help_text=_("One a line. Empty: a permit grants no scope at all."))
    narrows_scope = models.BooleanField(
        _("narrow instead of refuse"),
        default=False,
        help_text=_("Grant the permitted part of what was asked; the answer tells which."),
    )

    issued_token_types = ChoicesField(_("issued token types"), options=TOKEN_TYPES, default=access_token_only)
    max_lifetime = models.PositiveIntegerField(
        _("longest lifetime"),
        default=300,
        validators=[MinValueValidator(1)],
        help_text=_("Seconds. Never longer than the tokens it is made from."),
    )
    revoked_with_parents = models.BooleanField(
        _("dies with its parents"),
        default=True,
        help_text=_("Revoking the subject or actor token revokes the issued one and everything made from it."),
    )
    may_act = models.ForeignKey(
        APPLICATION,
        verbose_name=_("may act further"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text=_("The issued token names this client in <code>may_act</code>: only it may become the next actor."),
    )
    named_kinds = LinesField(_("kinds of parties named"), blank=True, editable=False)
    updated = models.DateTimeField(_("updated"), auto_now=True)

    objects = VersionedQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["position", "pk"]
        verbose_name = _("exchange policy")
        verbose_name_plural = _("exchange policies")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["name"], name="token_exchange_policy_name"),
            models.CheckConstraint(condition=models.Q(max_lifetime__gte=1), name="token_exchange_policy_lifetime"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Apply the rules that need no list; forms apply those of `policies.validation` as well."""
        errors: dict[str, list[str]] = {}
        for error in errors_in(self, {}, policy_rules.RULES):
            errors.setdefault(error.field, []).append(error.message)
        if errors:
            raise ValidationError(errors)
