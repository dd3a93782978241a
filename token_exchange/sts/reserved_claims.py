"""Name the claims that only this server sets: from any other source, they would be taken for its own statements."""

from __future__ import annotations

from typing import Final

from token_exchange.sts import token_kinds

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
        "authorization_details",
        "active",
        "username",
        "policy",
        "way",
        *token_kinds.KIND_CLAIMS,
        *token_kinds.OF_OTHER_KINDS,
        *token_kinds.OF_ID_TOKENS,
    ]
)
