"""Define exchange policies: which client may exchange which tokens, and for which targets and scopes."""

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
    """Return the default token types of a policy."""
    return [vocabulary.ACCESS_TOKEN]


class ExchangePolicy(Versioned):
    """Permits or denies exchanges; the first permit that allows the whole exchange applies, and every denial does."""

    EFFECTS: ClassVar = [(Effect.PERMIT.value, _("Permit")), (Effect.DENY.value, _("Deny"))]
    TOKEN_TYPES: ClassVar = [
        (vocabulary.ACCESS_TOKEN, _("Access token")),
        (vocabulary.JWT, _("JWT, on request: an access token in the format JWT")),
        (vocabulary.ID_TOKEN, _("ID token, on request: for the client, with OpenID Connect")),
    ]
    SUBJECT_TOKEN_TYPES: ClassVar = [
        (vocabulary.ACCESS_TOKEN, _("Access token")),
        (vocabulary.JWT, _("JWT: a local access token, or a token of a trusted issuer")),
        (vocabulary.ID_TOKEN, _("ID token")),
        (vocabulary.REFRESH_TOKEN, _("Local refresh token")),
        (vocabulary.PERSONAL_ACCESS_TOKEN, _("Personal access token")),
        (vocabulary.IMPERSONATION_TICKET, _("Impersonation ticket")),
        (vocabulary.USER, _("User name, with an actor token")),
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
            _("By permission: the holder of a ticket or actor token acts as impersonation permissions allow"),
        ),
        (
            Way.WITHOUT_ACTOR.value,
            _("Without an actor: another client's token is exchanged, and the new token does not show who acts"),
        ),
    ]

    name = models.CharField(_("name"), max_length=100)
    description = models.TextField(_("description"), blank=True)
    position = models.PositiveIntegerField(
        _("position"),
        default=0,
        help_text=_("Policies are evaluated in this order; the first that permits an exchange applies."),
    )
    enabled = models.BooleanField(
        _("enabled"),
        default=True,
        help_text=_("Disabling makes every token inactive that was issued under this policy."),
    )
    effect = models.CharField(
        _("effect"),
        max_length=10,
        choices=EFFECTS,
        default=Effect.PERMIT.value,
        help_text=_("A deny policy overrides every permit. Fields that are left empty do not narrow it."),
    )
    report_only = models.BooleanField(
        _("report only"),
        default=False,
        help_text=_("Exchange records show the result of this policy, but it permits and denies nothing."),
    )
    client = models.ForeignKey(
        APPLICATION,
        verbose_name=_("client"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text=_("The client that calls the token endpoint. If left empty, a deny policy covers all clients."),
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
            "Other clients whose tokens the client may exchange. It may always exchange its own tokens and tokens for "
            "a target that it owns."
        ),
    )
    accepts_local_tokens = models.BooleanField(
        _("local tokens"), default=True, help_text=_("The client may exchange tokens that this server issued.")
    )
    trusted_issuers = models.ManyToManyField(
        "token_exchange.TrustedIssuer",
        verbose_name=_("trusted issuers"),
        blank=True,
        related_name="policies",
        help_text=_("External issuers whose tokens the client may exchange."),
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
        _("include staff and superusers"),
        default=False,
        help_text=_("Dangerous: with a stolen token of an administrator, an attacker obtains more tokens."),
    )

    ways = ChoicesField(_("ways"), options=WAYS, blank=True)
    actor_users = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("actor users"), blank=True, related_name="+"
    )
    actor_groups = models.ManyToManyField("auth.Group", verbose_name=_("actor groups"), blank=True, related_name="+")
    actor_clients = models.ManyToManyField(APPLICATION, verbose_name=_("actor clients"), blank=True, related_name="+")
    limited_to_actor_scopes = models.BooleanField(
        _("limit to the actor's scopes"),
        default=True,
        help_text=_("Grant only scopes that the actor token has too."),
    )
    max_chain_depth = models.PositiveSmallIntegerField(
        _("maximum number of actors"),
        default=1,
        validators=[MaxValueValidator(MAX_CHAIN_DEPTH)],
        help_text=_("The longest chain of actors. With 1, a delegated token cannot be delegated further."),
    )

    targets = models.ManyToManyField(
        "token_exchange.Target", verbose_name=_("targets"), blank=True, related_name="policies"
    )
    scopes = LinesField(_("scopes"), blank=True, help_text=_("One per line. If left empty, a permit grants no scope."))
    narrows_scope = models.BooleanField(
        _("narrow the scope"),
        default=False,
        help_text=_("If only some of the requested scopes are permitted, grant these instead of refusing."),
    )

    issued_token_types = ChoicesField(_("issued token types"), options=TOKEN_TYPES, default=access_token_only)
    max_lifetime = models.PositiveIntegerField(
        _("maximum lifetime"),
        default=300,
        validators=[MinValueValidator(1)],
        help_text=_("In seconds. A token never outlives the tokens that it was exchanged for."),
    )
    revoked_with_parents = models.BooleanField(
        _("revoked with its parents"),
        default=True,
        help_text=_("Revoking the subject token or actor token revokes the issued token and its descendants too."),
    )
    may_act = models.ForeignKey(
        APPLICATION,
        verbose_name=_("may act"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text=_("The only client that may act next with the issued token, in its claim <code>may_act</code>."),
    )
    named_kinds = LinesField(_("kinds of named parties"), blank=True, editable=False)
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
        """Validate the fields of this row; forms also validate its many-to-many lists, by `policies.validation`."""
        errors: dict[str, list[str]] = {}
        for error in errors_in(self, {}, policy_rules.RULES):
            errors.setdefault(error.field, []).append(error.message)
        if errors:
            raise ValidationError(errors)
