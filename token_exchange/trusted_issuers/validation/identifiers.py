"""Check the identifier and the audiences of an issuer, and that no placeholder of a preset is left."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from django.utils.translation import gettext

from token_exchange.conf import token_exchange_settings
from token_exchange.models import Target
from token_exchange.models.validation import FieldError, Lists
from token_exchange.trusted_issuers.validation.urls import is_sound_issuer

PLACEHOLDERS: Final = (
    "ACCOUNT",
    "DOMAIN",
    "HOST",
    "NAME",
    "NAMESPACE",
    "NUMBER",
    "ORGANISATION",
    "PATH",
    "PROJECT_ID",
    "REALM",
    "TEAM",
    "TEAM_ID",
    "TENANT",
    "TRUST-DOMAIN",
)
"""Words in a preset that the administrator replaces by values of the site."""
_PLACEHOLDER: Final = re.compile(rf"(?<![\w-])(?:{'|'.join(PLACEHOLDERS)})(?![\w-])")


def placeholders(row: Any, lists: Lists) -> Iterator[FieldError]:
    """Yield an error for each field that still holds a placeholder of a preset."""
    values = [value for condition in row.conditions for value in condition.get("values", ()) if isinstance(value, str)]
    for field, texts in (("issuer", [row.issuer]), ("conditions", values)):
        if left := dict.fromkeys(word for text in texts for word in _PLACEHOLDER.findall(text)):
            yield FieldError(field, gettext("Replace these placeholders of the preset: %s") % ", ".join(left))


def issuer(row: Any, lists: Lists) -> Iterator[FieldError]:
    """Yield an error if the identifier is not a valid one, or is that of this server."""
    if not is_sound_issuer(row.issuer):
        message = gettext("Enter an absolute URI without white space, control characters, query, fragment or user.")
        yield FieldError("issuer", message)
    if row.issuer and row.issuer == token_exchange_settings.issuer:
        yield FieldError("issuer", gettext("This is the issuer identifier of this server."))


def audiences(row: Any, lists: Lists) -> Iterator[FieldError]:
    """Yield an error if there is no audience, or if one is that of a target, whose tokens are meant for an API."""
    if not row.audiences:
        message = gettext("Enter an audience: without one, tokens for any other service would be accepted.")
        yield FieldError("audiences", message)
    named = {name for target in Target.objects.all() for name in (target.name, *target.resources)}
    if shared := sorted(named & set(row.audiences)):
        yield FieldError("audiences", gettext("These audiences already belong to targets: %s") % ", ".join(shared))
