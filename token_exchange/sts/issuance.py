"""Define the new token, and the response with which the client receives it (RFC 8693 §2.2.1)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, TypedDict

BEARER: Final = "Bearer"
NOT_APPLICABLE: Final = "N_A"
"""The token type of what is not an access token (RFC 8693 §2.2.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedToken:
    """Hold a new token; only the client ever sees `value`."""

    value: str = field(repr=False)
    fingerprint: str
    issued_token_type: str
    token_type: str
    lifetime: int
    """Seconds."""
    scopes: frozenset[str]


class Overtaken(Exception):
    """A fact changed between decision and issuance: the exchange has to be decided again."""


class TokenExchangeResponse(TypedDict):
    """List the members of the JSON object; `scope` is always present, `expires_in` is in seconds."""

    access_token: str
    issued_token_type: str
    token_type: str
    expires_in: int
    scope: str


def respond(issued: IssuedToken) -> TokenExchangeResponse:
    """Return the response for a new token."""
    return {
        "access_token": issued.value,
        "issued_token_type": issued.issued_token_type,
        "token_type": issued.token_type,
        "expires_in": issued.lifetime,
        "scope": " ".join(sorted(issued.scopes)),
    }
