"""What a trusted issuer is refused for before it is saved: a row here decides who may be somebody."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from typing import Any, Final

from django.utils.translation import gettext

from token_exchange.conf import token_exchange_settings
from token_exchange.configuration.shared_issuers import (
    believes_any_workload,
    immutable_instead,
    names_tenant,
    tenant_claims,
)
from token_exchange.models import Target, TrustedIssuer
from token_exchange.models.validation import FieldError, Lists, Rule, errors_in
from token_exchange.sts.conditions import names_address
from token_exchange.sts.issuers import SubjectMapping
from token_exchange.sts.vocabulary import ACCESS_TOKEN
from token_exchange.trusted_issuers.email_addresses import is_address_field
from token_exchange.trusted_issuers.issuer_url import is_discoverable, is_sound_endpoint, is_sound_issuer
from token_exchange.trusted_issuers.pasted_keys import objections_to_pasted
from token_exchange.trusted_issuers.placeholders import placeholders
from token_exchange.trusted_issuers.social_provider import social_provider

Sources = TrustedIssuer.Verification

# A claim of an external token never becomes one of ours that means something (M17).
RESERVED_CLAIMS: Final = frozenset(
    [
        "iss",
        "sub",
        "aud",
        "exp",
        "iat",
        "nbf",
        "jti",
        "act",
        "may_act",
        "client_id",
        "scope",
        "azp",
        "acr",
        "amr",
        "auth_time",
        "nonce",
        "cnf",
        "active",
        "username",
        "token_type",
    ]
)
RESERVED_ATTRIBUTES: Final = frozenset(
    [
        "id",
        "pk",
        "password",
        "is_staff",
        "is_superuser",
        "is_active",
        "groups",
        "user_permissions",
        "last_login",
        "date_joined",
    ]
)


def issuer(row: Any, lists: Lists) -> Iterator[FieldError]:
    """Yield what is wrong with the identifier; this server's own is none to trust."""
    if not is_sound_issuer(row.issuer):
        message = gettext("Not an absolute URI without white space, control characters, query, fragment and user.")
        yield FieldError("issuer", message)
    if row.issuer and row.issuer == token_exchange_settings.issuer:
        yield FieldError("issuer", gettext("This is this server itself."))


def audiences(row: Any, lists: Lists) -> Iterator[FieldError]:
    """There is an audience, and it is not that of an API: a token for one must not open the other (D12, D13)."""
    if not row.audiences:
        yield FieldError("audiences", gettext("Without an audience, tokens meant for anybody would count."))
    named = {name for target in Target.objects.all() for name in (target.name, *target.resources)}
    if shared := sorted(named & set(row.audiences)):
        yield FieldError("audiences", gettext("Already the audience of a target: %s") % ", ".join(shared))


def token_types(row: Any, lists: Lists) -> Iterator[FieldError]:
    """The types fit the way of verification."""
    if not row.token_types:
        yield FieldError("token_types", gettext("Choose at least one."))
    elif row.verification == Sources.INTROSPECTION and row.token_types != [ACCESS_TOKEN]:
        yield FieldError("token_types", gettext("Opaque tokens are access tokens."))


def keys(row: Any, lists: Lists) -> Iterator[FieldError]:
    """The keys can be had, and are public ones (D49, O07)."""
    reach = {"private_network": row.allows_private_network}
    if row.verification != Sources.INTROSPECTION and not row.algorithms:
        yield FieldError("algorithms", gettext("Choose at least one."))
    if row.verification == Sources.JWKS_URL and not is_sound_endpoint(row.jwks_url, **reach):
        yield FieldError("jwks_url", gettext("Not an https URL of a public host."))
    if row.verification == Sources.DISCOVERY and not is_discoverable(row.issuer, **reach):
        message = gettext("Discovery needs an https URL of a public host, without dots, slashes or `@` in disguise.")
        yield FieldError("issuer", message)
    if row.verification == Sources.PASTED:
        yield from objections_to_pasted(row)
    if row.ca_bundle and not _is_bundle(row.ca_bundle):
        yield FieldError("ca_bundle", gettext("Not a PEM bundle of certificates."))


def _is_bundle(text: str) -> bool:
    try:
        ssl.create_default_context(cadata=text)
    except (ssl.SSLError, ValueError):
        return False
    return True


def introspection(row: Any, lists: Lists) -> Iterator[FieldError]:
    """A server that is asked has an address and credentials."""
    if row.verification != Sources.INTROSPECTION:
        return
    if not is_sound_endpoint(row.introspection_url, private_network=row.allows_private_network):
        yield FieldError("introspection_url", gettext("Not an https URL of a public host."))
    credentials = token_exchange_settings.credentials.get(row.credentials)
    if credentials is None:
        yield FieldError("credentials", gettext('No such name in TOKEN_EXCHANGE["CREDENTIALS"].'))
    elif not credentials.are_for(row.introspection_url):
        yield FieldError("introspection_url", gettext("Your settings bind these credentials to another host."))


def tenant(row: Any, lists: Lists) -> Iterator[FieldError]:
    """An issuer of many tenants has a condition that names one, by what cannot change hands (TXS-011, TXS-012)."""
    if not names_tenant(row.issuer, row.conditions):
        message = gettext("Many tenants share this issuer. Name yours, by a whole value, in a condition on one of: %s")
        yield FieldError("conditions", message % ", ".join(sorted(tenant_claims(row.issuer) or ())))
    mutable = {condition["claim"]: better for condition in row.conditions if (better := immutable_instead(condition))}
    if mutable and not row.accepts_mutable_claims:
        instead = ", ".join(f"{claim} → {better}" for claim, better in sorted(mutable.items()))
        message = gettext("Names can be reused by others; better: %s. Or tick the box below the conditions.")
        yield FieldError("conditions", message % instead)


def narrows_workloads(row: Any, lists: Lists) -> Iterator[FieldError]:
    """Require a condition of an issuer of workloads, unless all that it signs for are this site's."""
    if believes_any_workload(row):
        message = gettext(
            "This row would accept every workload of the issuer. Add a condition that only your workloads meet, or "
            "confirm below that this site is the only tenant."
        )
        yield FieldError("conditions", message)


def subject(row: Any, lists: Lists) -> Iterator[FieldError]:
    """A subject becomes a user in a way that can work, and never one with rights by a claim."""
    if row.subject_mapping == SubjectMapping.USERNAME and not row.accepts_mutable_claims:
        message = gettext("A name can pass to another person. Tick the box below the conditions to accept that.")
        yield FieldError("subject_mapping", message)
    if row.subject_mapping == SubjectMapping.VERIFIED_EMAIL and not names_address(row.mapping_claim or "email"):
        message = gettext(
            "email_verified speaks of the claim email alone: write email, or a pointer such as /user/email."
        )
        yield FieldError("mapping_claim", message)
    if row.subject_mapping == SubjectMapping.HOOK and not token_exchange_settings.subject_mapping:
        yield FieldError("subject_mapping", gettext('Set TOKEN_EXCHANGE["SUBJECT_MAPPING"] first.'))
    attributes = row.new_user_attributes
    if not isinstance(attributes, dict) or not all(
        isinstance(text, str) for pair in attributes.items() for text in pair
    ):
        yield FieldError("new_user_attributes", gettext("A user attribute to a claim, both texts."))
    elif reserved := sorted(RESERVED_ATTRIBUTES & attributes.keys()):
        yield FieldError("new_user_attributes", gettext("Never set from outside: %s") % ", ".join(reserved))
    elif unverified := sorted(
        name for name in attributes if is_address_field(name) and not names_address(attributes[name])
    ):
        message = gettext("An address is copied from the claim email, whose email_verified is beside it: %s")
        yield FieldError("new_user_attributes", message % ", ".join(unverified))


def scopes(row: Any, lists: Lists) -> Iterator[FieldError]:
    """Scopes and copied claims are what they look like, and none is reserved (M17)."""
    listed = row.scope_mapping.values() if isinstance(row.scope_mapping, dict) else [None]
    if not all(isinstance(local, list) and all(isinstance(scope, str) for scope in local) for local in listed):
        yield FieldError("scope_mapping", gettext("An external scope to a list of local scopes."))
    if reserved := sorted(RESERVED_CLAIMS & set(row.copied_claims)):
        yield FieldError("copied_claims", gettext("Reserved: %s") % ", ".join(reserved))


RULES: Final[tuple[Rule, ...]] = (
    placeholders,
    issuer,
    audiences,
    token_types,
    keys,
    introspection,
    tenant,
    narrows_workloads,
    subject,
    social_provider,
    scopes,
)


def errors_in_issuer(row: Any, *, leaves_open: bool = False) -> list[FieldError]:
    """Return every error in a row whose single fields are valid.

    `leaves_open` is for a form that did not ask whether this site is the issuer's only tenant: such a row is saved, and
    a system check reports it.
    """
    return errors_in(row, {}, [rule for rule in RULES if not (leaves_open and rule is narrows_workloads)])
