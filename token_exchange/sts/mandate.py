"""What a token owes to an impersonation permission, and how a token came to speak for its subject."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from token_exchange.sts.impersonation import ActAsMethod
from token_exchange.sts.parties import Party
from token_exchange.sts.vocabulary import (
    ACCESS_TOKEN,
    ID_TOKEN,
    IMPERSONATION_TICKET,
    PERSONAL_ACCESS_TOKEN,
    REFRESH_TOKEN,
    USER,
)


class Origin(StrEnum):
    """How the first token of a lineage came to speak for its subject; every later token of the lineage keeps it."""

    LOGIN = "login"
    """A user logged in, or a client authenticated: an access token that another grant of this server issued."""
    ID_TOKEN = "id_token"
    REFRESH_TOKEN = "refresh_token"
    EXTERNAL = "external"
    """An external issuer signed the token, or answered for it."""
    PERSONAL_ACCESS_TOKEN = "personal_access_token"
    TICKET = "ticket"
    REFERENCE = "reference"
    """The client named the subject, and an actor token proved who acts."""
    UNKNOWN = "unknown"
    """A kind of token that the site added with a verifier of its own."""


_OF_TYPES: Final = {
    ACCESS_TOKEN: Origin.LOGIN,
    ID_TOKEN: Origin.ID_TOKEN,
    REFRESH_TOKEN: Origin.REFRESH_TOKEN,
    PERSONAL_ACCESS_TOKEN: Origin.PERSONAL_ACCESS_TOKEN,
    IMPERSONATION_TICKET: Origin.TICKET,
    USER: Origin.REFERENCE,
}

WITHDRAWN_BY_PEOPLE: Final = frozenset({Origin.TICKET, Origin.PERSONAL_ACCESS_TOKEN})
"""Origins that a person ends by hand; every token of the lineage ends with them, whatever the policy says."""


def origin_of(token_type: str, *, is_external: bool) -> Origin:
    """Return the origin of a token that no exchange issued."""
    return Origin.EXTERNAL if is_external else _OF_TYPES.get(token_type, Origin.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mandate:
    """What lets an actor act for a subject whose token the actor does not hold; every later token keeps it."""

    method: ActAsMethod
    actor: Party
    permission: int | None = None
    """Key of the permission that allowed it; None until one has."""
    client_id: str | None = None
    """The client that traded the ticket or the reference; None while that is the calling client."""
    has_reason: bool = False
    has_reference: bool = False
    is_approved: bool = False
    """True if a second person approved, and still may."""
