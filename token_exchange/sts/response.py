"""The successful answer (RFC 8693 §2.2.1)."""

from __future__ import annotations

from typing import Final, TypedDict

from token_exchange.sts.issuance import IssuedToken


class TokenExchangeResponse(TypedDict):
    """The members of the JSON object; `scope` is always told, `expires_in` is in seconds."""

    access_token: str
    issued_token_type: str
    token_type: str
    expires_in: int
    scope: str


BEARER: Final = "Bearer"


def respond(issued: IssuedToken) -> TokenExchangeResponse:
    """Return the answer for an issued token."""
    return {
        "access_token": issued.value,
        "issued_token_type": issued.issued_token_type,
        "token_type": issued.token_type,
        "expires_in": issued.lifetime,
        "scope": " ".join(sorted(issued.scopes)),
    }
