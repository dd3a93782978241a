"""Check what the claims of an external token may set here: scopes, claims of new tokens, user attributes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.utils.translation import gettext

from token_exchange.models.validation import FieldError, Lists
from token_exchange.sts.conditions import names_address
from token_exchange.sts.reserved_claims import RESERVED_CLAIMS
from token_exchange.trusted_issuers.email_addresses import is_address_field

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
"""User attributes that give rights or identify the account; an external issuer does not decide on them."""


def scopes(row: Any, lists: Lists) -> Iterator[FieldError]:
    """Yield an error unless the row maps external scopes to lists of local ones."""
    listed = row.scope_mapping.values() if isinstance(row.scope_mapping, dict) else [None]
    if not all(isinstance(local, list) and all(isinstance(scope, str) for scope in local) for local in listed):
        yield FieldError(
            "scope_mapping", gettext("Enter a JSON object: each external scope, and a list of local scopes.")
        )


def copied_claims(row: Any, lists: Lists) -> Iterator[FieldError]:
    """Yield an error if a claim that this server sets itself is to be copied."""
    if reserved := sorted(RESERVED_CLAIMS & set(row.copied_claims)):
        yield FieldError("copied_claims", gettext("These claims cannot be copied: %s") % ", ".join(reserved))


def attributes(row: Any, lists: Lists) -> Iterator[FieldError]:
    """Yield an error if a created user would get an attribute that no claim may set, or an unverified address."""
    given = row.new_user_attributes
    if not isinstance(given, dict) or not all(isinstance(text, str) for pair in given.items() for text in pair):
        yield FieldError("new_user_attributes", gettext("Enter a JSON object: each user attribute, and a claim."))
    elif reserved := sorted(RESERVED_ATTRIBUTES & given.keys()):
        message = gettext("Claims cannot set these attributes: %s")
        yield FieldError("new_user_attributes", message % ", ".join(reserved))
    elif unverified := sorted(name for name in given if is_address_field(name) and not names_address(given[name])):
        message = gettext("Copy e-mail addresses from the claim email, which email_verified confirms: %s")
        yield FieldError("new_user_attributes", message % ", ".join(unverified))
