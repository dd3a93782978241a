"""Check how tokens of an issuer are verified: their types, the issuer's keys, or its introspection endpoint."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext

from token_exchange.conf import token_exchange_settings
from token_exchange.models import TrustedIssuer
from token_exchange.models.validation import FieldError, Lists
from token_exchange.sts.vocabulary import ACCESS_TOKEN
from token_exchange.trusted_issuers.validation.pasted_keys import errors_in_pasted_keys
from token_exchange.trusted_issuers.validation.urls import is_discoverable, is_sound_endpoint

Sources = TrustedIssuer.Verification


def token_types(row: Any, lists: Lists) -> Iterator[FieldError]:
    """Yield an error if there is no token type, or one that introspection cannot verify."""
    if not row.token_types:
        yield FieldError("token_types", gettext("Choose at least one."))
    elif row.verification == Sources.INTROSPECTION and row.token_types != [ACCESS_TOKEN]:
        yield FieldError("token_types", gettext("Introspection verifies access tokens only."))


def keys(row: Any, lists: Lists) -> Iterator[FieldError]:
    """Yield an error for each field that keeps the issuer's public keys from being found or used."""
    reach = {"private_network": row.allows_private_network}
    if row.verification != Sources.INTROSPECTION and not row.algorithms:
        yield FieldError("algorithms", gettext("Choose at least one."))
    if row.verification == Sources.JWKS_URL and not is_sound_endpoint(row.jwks_url, **reach):
        yield FieldError("jwks_url", gettext("Enter an https URL of a public host."))
    if row.verification == Sources.DISCOVERY and not is_discoverable(row.issuer, **reach):
        message = gettext("Discovery needs an https URL of a public host, without encoded dots, slashes or `@`.")
        yield FieldError("issuer", message)
    if row.verification == Sources.PASTED:
        yield from errors_in_pasted_keys(row)
    if row.ca_bundle and not _is_bundle(row.ca_bundle):
        yield FieldError("ca_bundle", gettext("Enter certificates in PEM format."))


def _is_bundle(text: str) -> bool:
    try:
        ssl.create_default_context(cadata=text)
    except (ssl.SSLError, ValueError):
        return False
    return True


def introspection(row: Any, lists: Lists) -> Iterator[FieldError]:
    """Yield an error if the introspection endpoint has no valid address, or no credentials for its host."""
    if row.verification != Sources.INTROSPECTION:
        return
    if not is_sound_endpoint(row.introspection_url, private_network=row.allows_private_network):
        yield FieldError("introspection_url", gettext("Enter an https URL of a public host."))
    credentials = token_exchange_settings.credentials.get(row.credentials)
    if credentials is None:
        yield FieldError("credentials", gettext('TOKEN_EXCHANGE["CREDENTIALS"] has no entry of this name.'))
    elif not credentials.are_for(row.introspection_url):
        yield FieldError("introspection_url", gettext("Your settings bind these credentials to another host."))
