"""Ask the function of the site for more claims of a new access token: `TOKEN_EXCHANGE["ACCESS_TOKEN_CLAIMS"]`."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from token_exchange.conf import token_exchange_settings
from token_exchange.sts.parties import Party
from token_exchange.sts.reserved_claims import RESERVED_CLAIMS


@dataclass(frozen=True, slots=True, kw_only=True)
class NewToken:
    """Describe an access token that is about to be issued, for the function of the site."""

    user: Any | None
    """The user; None if the subject is a client or a workload."""
    client: Any
    """The application that called the token endpoint."""
    actor: Party | None
    scopes: Collection[str]
    audience: Collection[str]
    """The names of the targets."""


def added_claims(token: NewToken) -> Mapping[str, object]:
    """Return the claims of the site's function; {} without one.

    Raise `ImproperlyConfigured` if the function returns anything but a dictionary that JSON can hold, or a claim that
    only this server sets. Then no token is issued.
    """
    path = token_exchange_settings.access_token_claims
    if not path:
        return {}
    claims = import_string(path)(token)
    if not isinstance(claims, dict) or not all(isinstance(name, str) for name in claims):
        raise ImproperlyConfigured(f"{path} must return a dictionary of claims.")
    if reserved := sorted(RESERVED_CLAIMS & claims.keys()):
        raise ImproperlyConfigured(f"{path} must not return these claims: {', '.join(reserved)}.")
    try:
        json.dumps(claims, allow_nan=False)
    except (TypeError, ValueError):
        raise ImproperlyConfigured(f"{path} returned a claim that JSON cannot hold.") from None
    return claims
