"""Classify the token that a lineage began with: it proves how its subject became known."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from token_exchange.sts.vocabulary import (
    ACCESS_TOKEN,
    ID_TOKEN,
    IMPERSONATION_TICKET,
    PERSONAL_ACCESS_TOKEN,
    REFRESH_TOKEN,
    USER,
)


class Origin(StrEnum):
    """Name the kind of token that a lineage began with; every later token of the lineage keeps it."""

    LOGIN = "login"
    """An access token of another grant of this server: a user logged in, or a client authenticated."""
    ID_TOKEN = "id_token"
    REFRESH_TOKEN = "refresh_token"
    EXTERNAL = "external"
    """A token that an external issuer signed, or confirmed by introspection."""
    PERSONAL_ACCESS_TOKEN = "personal_access_token"
    TICKET = "ticket"
    REFERENCE = "reference"
    """The name of a user, with an actor token that proved the actor."""
    UNKNOWN = "unknown"
    """A token type that the site added with its own verifier."""


_OF_TYPES: Final = {
    ACCESS_TOKEN: Origin.LOGIN,
    ID_TOKEN: Origin.ID_TOKEN,
    REFRESH_TOKEN: Origin.REFRESH_TOKEN,
    PERSONAL_ACCESS_TOKEN: Origin.PERSONAL_ACCESS_TOKEN,
    IMPERSONATION_TICKET: Origin.TICKET,
    USER: Origin.REFERENCE,
}

WITHDRAWN_BY_PEOPLE: Final = frozenset({Origin.TICKET, Origin.PERSONAL_ACCESS_TOKEN})
"""Origins that a user can revoke by hand, which revokes the whole lineage, even if its policies say otherwise."""


def origin_of(token_type: str, *, is_external: bool) -> Origin:
    """Return the origin of a lineage whose first token has this type."""
    return Origin.EXTERNAL if is_external else _OF_TYPES.get(token_type, Origin.UNKNOWN)
