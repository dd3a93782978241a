"""Describe an access token by claims, the same in a JWT (RFC 9068 §2.2) and in an introspection (RFC 7662 §2.2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from token_exchange.sts.delegation import render_act, render_party
from token_exchange.sts.parties import Party
from token_exchange.sts.reserved_claims import RESERVED_CLAIMS
from token_exchange.tokens.status import TokenStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedToken:
    """Hold what the claims say about an access token beside its status; times are whole seconds since the epoch."""

    subject: Party
    client_id: str
    scopes: Iterable[str]
    resources: Iterable[str]
    token_id: str
    issued: int
    expires: int


def of(token: IssuedToken, status: TokenStatus, issuer: str) -> dict[str, Any]:
    """Return the claims of an access token; members without a value are left out."""
    name = status.naming.name
    claims = {
        # A row may list a claim that its form would refuse; only this server makes these statements.
        **{claim: value for claim, value in status.claims.items() if claim not in RESERVED_CLAIMS},
        **(status.facts.authentication if status.facts else {}),
        "iss": issuer,
        "sub": name(token.subject).subject,
        "aud": [*sorted(status.audience), *token.resources],
        "client_id": token.client_id,
        "scope": " ".join(sorted(token.scopes)),
        "iat": token.issued,
        "nbf": token.issued,
        "exp": token.expires,
        "jti": token.token_id,
        "act": render_act(tuple(map(name, status.chain)), issuer),
        "may_act": render_party(name(status.may_act), issuer) if status.may_act else None,
        "policy": status.policy or None,
        "way": status.way.value if status.way else None,
    }
    return {claim: value for claim, value in claims.items() if value not in (None, [])}
