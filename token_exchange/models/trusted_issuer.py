"""Define trusted issuers: external issuers whose tokens are accepted, and how a subject becomes a user."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from token_exchange.models.conditions_field import CONDITIONS_HELP, ConditionsField
from token_exchange.models.configuration_version import Versioned, VersionedQuerySet
from token_exchange.models.fields import ChoicesField, ExactCharField, LinesField
from token_exchange.sts import vocabulary
from token_exchange.sts.issuers import SubjectMapping


def jwt_only() -> list[str]:
    """Return the default token types of a trusted issuer."""
    return [vocabulary.JWT]


def rs256_only() -> list[str]:
    """Return the default algorithms of a trusted issuer."""
    return ["RS256"]


class TrustedIssuer(Versioned):
    """Describes one external issuer, identified by its exact string; its keys verify tokens of this issuer only."""

    class Verification(models.TextChoices):
        """Names the ways to verify the tokens of an issuer."""

        DISCOVERY = "discovery", _("Keys found by discovery (OpenID Connect or RFC 8414)")
        JWKS_URL = "jwks_url", _("Keys at a JWKS URL")
        PASTED = "pasted", _("Keys pasted below (JWKS or PEM)")
        INTROSPECTION = "introspection", _("Introspection of opaque tokens (RFC 7662)")

    ALGORITHMS: ClassVar = [
        (name, name)
        for name in ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
    ]
    TOKEN_TYPES: ClassVar = [
        (vocabulary.JWT, _("JWT")),
        (vocabulary.ID_TOKEN, _("ID token")),
        (vocabulary.ACCESS_TOKEN, _("Access token")),
    ]
    AUDIENCE_CLAIMS: ClassVar = [("", "aud"), ("client_id", "client_id"), ("azp", "azp")]
    SUBJECT_MAPPINGS: ClassVar = [
        (SubjectMapping.LINKED_ACCOUNT.value, _("The user whose account is linked to the subject")),
        (SubjectMapping.USERNAME.value, _("The user with the user name in a claim")),
        (SubjectMapping.VERIFIED_EMAIL.value, _("The only user with the verified e-mail address in a claim")),
        (SubjectMapping.CREATE.value, _("The linked user, who is created with the first token")),
        (SubjectMapping.WORKLOAD.value, _("No user: a workload, identified by issuer and subject")),
        (SubjectMapping.HOOK.value, _("The user that the SUBJECT_MAPPING of this site returns")),
    ]

    name = models.CharField(_("name"), max_length=100)
    issuer = ExactCharField(
        _("issuer"),
        max_length=200,
        help_text=_("Exactly the <code>iss</code> of its tokens, including any final slash."),
    )
    enabled = models.BooleanField(
        _("enabled"),
        default=True,
        help_text=_("Disabling makes every token inactive that was issued for tokens of this issuer."),
    )
    token_types = ChoicesField(_("token types"), options=TOKEN_TYPES, default=jwt_only)
    audiences = LinesField(
        _("audiences"),
        help_text=_("One per line. A token is accepted only if its <code>aud</code> contains one of them."),
    )
    audience_claim = models.CharField(
        _("audience claim"),
        max_length=20,
        choices=AUDIENCE_CLAIMS,
        default="",
        blank=True,
        help_text=_("Use <code>client_id</code> for access tokens of Amazon Cognito, which lack <code>aud</code>."),
    )

    verification = models.CharField(
        _("verification"), max_length=20, choices=Verification, default=Verification.DISCOVERY.value
    )
    algorithms = ChoicesField(_("algorithms"), options=ALGORITHMS, default=rs256_only)
    jwks_url = models.CharField(
        _("JWKS URL"),
        max_length=255,
        blank=True,
        help_text=_("The URL of the keys, if they are not found by discovery."),
    )
    pasted_keys = models.TextField(_("pasted keys"), blank=True, help_text=_("Public keys only, as a JWKS or as PEM."))
    allows_missing_key_id = models.BooleanField(
        _("accept tokens without key ID"), default=False, help_text=_("Only if the key set has a single key.")
    )
    introspection_url = models.CharField(_("introspection URL"), max_length=255, blank=True)
    credentials = models.CharField(
        _("credentials"),
        max_length=100,
        blank=True,
        help_text=_('A name in TOKEN_EXCHANGE["CREDENTIALS"]. The database holds no secret.'),
    )
    allows_private_network = models.BooleanField(
        _("allow private network"), default=False, help_text=_("Its URLs may resolve to private or loopback addresses.")
    )
    ca_bundle = models.TextField(
        _("certificate authorities"), blank=True, help_text=_("As PEM. If left empty, those of the system.")
    )

    max_age = models.PositiveIntegerField(
        _("maximum age"),
        default=3_600,
        validators=[MinValueValidator(1), MaxValueValidator(86_400)],
        help_text=_("In seconds, since the token was issued."),
    )
    single_use = models.BooleanField(
        _("single use"), default=False, help_text=_("Accept each token once. Its <code>jti</code> identifies it.")
    )
    conditions = ConditionsField(_("claim conditions"), help_text=CONDITIONS_HELP)
    accepts_mutable_claims = models.BooleanField(
        _("accept names that can be reassigned"),
        default=False,
        help_text=_("Required if a condition or the mapping uses a name or address that another party may get later."),
    )
    sole_tenant = models.BooleanField(
        _("only tenant"),
        null=True,
        blank=True,
        default=None,
        help_text=_(
            "All workloads of this issuer belong to this site. Otherwise an issuer of workloads needs a condition, and "
            "its tokens are refused without one."
        ),
    )

    subject_claim = models.CharField(
        _("subject claim"),
        max_length=100,
        default="sub",
        help_text=_("A claim that is never reassigned: <code>sub</code>, or <code>oid</code> for Microsoft Entra."),
    )
    subject_mapping = models.CharField(
        _("user of the subject"),
        max_length=20,
        choices=SUBJECT_MAPPINGS,
        default=SubjectMapping.LINKED_ACCOUNT.value,
    )
    mapping_claim = models.CharField(
        _("claim with user name or e-mail address"),
        max_length=100,
        blank=True,
        help_text=_(
            "If left empty: <code>preferred_username</code>, or <code>username</code> of an introspected token, or "
            "<code>email</code>."
        ),
    )
    # Null if there is none: a unique column can hold the empty text only once.
    allauth_provider = models.CharField(
        _("provider in django-allauth"),
        max_length=200,
        null=True,
        blank=True,
        unique=True,
        help_text=_(
            "The ID of this issuer's provider in django-allauth. A social account of this provider links its user if "
            "its <code>uid</code> equals the subject claim."
        ),
    )
    privileged_subjects = models.BooleanField(
        _("include staff and superusers"), default=False, help_text=_("Dangerous: only a superuser may save this.")
    )
    new_user_attributes = models.JSONField(
        _("attributes of created users"),
        default=dict,
        blank=True,
        help_text=_('A claim for each user attribute, such as {"email": "email"}.'),
    )
    new_user_group = models.ForeignKey(
        "auth.Group",
        verbose_name=_("group of created users"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    scope_claim = models.CharField(
        _("scope claim"),
        max_length=100,
        default="scope",
        help_text=_("For Microsoft Entra and Okta: <code>scp</code>."),
    )
    scope_mapping = models.JSONField(
        _("scope mapping"),
        default=dict,
        blank=True,
        help_text=_(
            'A list of local scopes for each external scope, such as {"orders": ["orders:read"]}. Other scopes are '
            'dropped. Every token gets the scopes of "*".'
        ),
    )
    copied_claims = LinesField(
        _("copied claims"),
        blank=True,
        help_text=_("One per line. Introspection of the issued tokens returns these claims."),
    )

    objects = VersionedQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name"]
        verbose_name = _("trusted issuer")
        verbose_name_plural = _("trusted issuers")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["issuer"], name="token_exchange_issuer"),
            models.UniqueConstraint(fields=["name"], name="token_exchange_issuer_name"),
        ]

    def __str__(self) -> str:
        return self.name
