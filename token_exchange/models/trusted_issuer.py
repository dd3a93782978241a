"""Trusted issuers: whose external tokens count here, and as whom."""

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
    """The token type that every trusted issuer starts with."""
    return [vocabulary.JWT]


def rs256_only() -> list[str]:
    """The algorithm that every trusted issuer starts with."""
    return ["RS256"]


class TrustedIssuer(Versioned):
    """One external issuer, compared by its exact string; its keys verify its own tokens and nobody else's (INV-5)."""

    class Verification(models.TextChoices):
        """How its tokens are checked."""

        DISCOVERY = "discovery", _("Keys found by discovery (OpenID Connect or RFC 8414)")
        JWKS_URL = "jwks_url", _("Keys at a JWKS URL")
        PASTED = "pasted", _("Keys pasted below (JWKS or PEM)")
        INTROSPECTION = "introspection", _("Opaque tokens, asked about at its introspection endpoint (RFC 7662)")

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
        (SubjectMapping.LINKED_ACCOUNT.value, _("The user whose account was linked to this subject")),
        (SubjectMapping.USERNAME.value, _("The user of the name in a claim")),
        (SubjectMapping.VERIFIED_EMAIL.value, _("The one user with the verified e-mail address in a claim")),
        (SubjectMapping.CREATE.value, _("A linked user, created on first sight")),
        (SubjectMapping.WORKLOAD.value, _("No user: a workload, known by issuer and subject")),
        (SubjectMapping.HOOK.value, _("What this site's own mapping says")),
    ]

    name = models.CharField(_("name"), max_length=100)
    issuer = ExactCharField(
        _("issuer"), max_length=200, help_text=_("Exactly as in <code>iss</code>: a slash makes another issuer.")
    )
    enabled = models.BooleanField(
        _("enabled"), default=True, help_text=_("Disabling stops every token derived from this issuer at once.")
    )
    token_types = ChoicesField(_("token types"), options=TOKEN_TYPES, default=jwt_only)
    audiences = LinesField(
        _("audiences"), help_text=_("One a line. A token counts only if its <code>aud</code> names one of these.")
    )
    audience_claim = models.CharField(
        _("audience claim"),
        max_length=20,
        choices=AUDIENCE_CLAIMS,
        default="",
        blank=True,
        help_text=_("<code>client_id</code> for access tokens of Amazon Cognito, which have no <code>aud</code>."),
    )

    verification = models.CharField(
        _("verification"), max_length=20, choices=Verification, default=Verification.DISCOVERY.value
    )
    algorithms = ChoicesField(_("algorithms"), options=ALGORITHMS, default=rs256_only)
    jwks_url = models.CharField(
        _("JWKS URL"), max_length=255, blank=True, help_text=_("Where its keys are, unless discovery tells.")
    )
    pasted_keys = models.TextField(
        _("pasted keys"), blank=True, help_text=_("Public keys only: a JWKS, or PEM blocks.")
    )
    allows_missing_key_id = models.BooleanField(
        _("tokens without key id"), default=False, help_text=_("Only where the key set holds a single key.")
    )
    introspection_url = models.CharField(_("introspection URL"), max_length=255, blank=True)
    credentials = models.CharField(
        _("credentials"),
        max_length=100,
        blank=True,
        help_text=_('A name in TOKEN_EXCHANGE["CREDENTIALS"] of your settings; no secret is kept in the database.'),
    )
    allows_private_network = models.BooleanField(
        _("private network"), default=False, help_text=_("Its URLs may lead to private or loopback addresses.")
    )
    ca_bundle = models.TextField(_("certificate authorities"), blank=True, help_text=_("PEM; empty: the system's."))

    max_age = models.PositiveIntegerField(
        _("oldest age"),
        default=3_600,
        validators=[MinValueValidator(1), MaxValueValidator(86_400)],
        help_text=_("Seconds since the token was issued."),
    )
    single_use = models.BooleanField(
        _("single use"), default=False, help_text=_("A token is taken once, told by its <code>jti</code>.")
    )
    conditions = ConditionsField(_("claim conditions"), help_text=CONDITIONS_HELP)
    accepts_mutable_claims = models.BooleanField(
        _("names may be reused by others"),
        default=False,
        help_text=_("A condition or a mapping by a name or address that can change hands."),
    )
    sole_tenant = models.BooleanField(
        _("this site's own alone"),
        null=True,
        blank=True,
        default=None,
        help_text=_(
            "Every workload that this issuer signs for is this site's. Without this, an issuer of workloads needs a "
            "condition, and believes no token until it has one."
        ),
    )

    subject_claim = models.CharField(
        _("subject claim"),
        max_length=100,
        default="sub",
        help_text=_("What never changes hands: <code>sub</code>, or <code>oid</code> at Microsoft Entra."),
    )
    subject_mapping = models.CharField(
        _("subject becomes"),
        max_length=20,
        choices=SUBJECT_MAPPINGS,
        default=SubjectMapping.LINKED_ACCOUNT.value,
    )
    mapping_claim = models.CharField(
        _("claim with name or address"),
        max_length=100,
        blank=True,
        help_text=_(
            "If left out: <code>preferred_username</code>, <code>username</code> of an introspected token, or "
            "<code>email</code>."
        ),
    )
    # Null where there is none: of the empty text only one row could have it.
    allauth_provider = models.CharField(
        _("provider in django-allauth"),
        max_length=200,
        null=True,
        blank=True,
        unique=True,
        help_text=_(
            "The id under which django-allauth keeps the accounts of this issuer. Who has one counts as linked: "
            "its <code>uid</code> is compared with the subject claim."
        ),
    )
    privileged_subjects = models.BooleanField(
        _("staff and superusers too"), default=False, help_text=_("Dangerous; only a superuser can allow it.")
    )
    new_user_attributes = models.JSONField(
        _("attributes of created users"),
        default=dict,
        blank=True,
        help_text=_('User attribute to claim, such as {"email": "email"}.'),
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
        help_text=_("<code>scp</code> at Microsoft Entra and Okta."),
    )
    scopes = models.JSONField(
        _("scopes"),
        default=dict,
        blank=True,
        help_text=_(
            'External scope to a list of local scopes, such as {"orders": ["orders:read"]}; what is not listed is '
            'dropped. "*" stands for what every token brings.'
        ),
    )
    copied_claims = LinesField(
        _("copied claims"), blank=True, help_text=_("Claims shown again in introspection of issued tokens, one a line.")
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
