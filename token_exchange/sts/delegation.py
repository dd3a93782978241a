"""The chain of actors and who may act: `act` and `may_act` (RFC 8693 §4.1, §4.4)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final, cast

from token_exchange.sts.errors import InvalidRequest
from token_exchange.sts.parties import Party
from token_exchange.sts.reasons import Reason

MAX_CHAIN_DEPTH: Final = 4
MAX_CHAIN_BYTES: Final = 2_048
MAX_GENERATIONS: Final = 8

Chain = tuple[Party, ...]
"""The actors of a token, the current one first; only that one is an authority, the rest is history."""

Claim = Mapping[str, object]


def parse_act(claim: object) -> Chain:
    """Return the chain that an `act` claim spells, `()` for None; raise `InvalidRequest` for anything odd.

    Only `iss` and `sub` are read: whatever else a foreign claim carries is never passed on (RFC 8693 §4.1).
    """
    chain: list[Party] = []
    while claim is not None:
        if len(chain) == MAX_CHAIN_DEPTH:
            raise InvalidRequest(Reason.CHAIN_MALFORMED, "subject_token")
        chain.append(parse_party(claim))
        claim = cast("Claim", claim).get("act")
    if size(tuple(chain)) > MAX_CHAIN_BYTES:
        raise InvalidRequest(Reason.CHAIN_MALFORMED, "subject_token")
    return tuple(chain)


def parse_party(claim: object) -> Party:
    """Return the party that a claim object names by `sub` and, if it is not ours, `iss`."""
    if not isinstance(claim, Mapping):
        raise InvalidRequest(Reason.CHAIN_MALFORMED, "subject_token")
    issuer, subject = claim.get("iss"), claim.get("sub")
    if not _is_identifier(subject) or not ("iss" not in claim or _is_identifier(issuer)):
        raise InvalidRequest(Reason.CHAIN_MALFORMED, "subject_token")
    return Party(cast("str | None", issuer), cast("str", subject))


def _is_identifier(value: object) -> bool:
    return isinstance(value, str) and value.isprintable() and value.strip() != ""


def render_act(chain: Chain, issuer: str | None) -> dict[str, object] | None:
    """Return the chain as an `act` claim, the newest actor outermost, `issuer` naming this server."""
    claim: dict[str, object] | None = None
    for party in reversed(chain):
        nested = {} if claim is None else {"act": claim}
        claim = {**render_party(party, issuer), **nested}
    return claim


def render_party(party: Party, issuer: str | None) -> dict[str, object]:
    """Return a party as the identity claims of RFC 8693 §4.1: `sub`, and `iss` where it is known."""
    name = party.issuer or issuer
    return {"sub": party.subject} if name is None else {"iss": name, "sub": party.subject}


def stored(chain: Chain) -> dict[str, object] | None:
    """Return the chain as it is kept at rest: our own parties carry no issuer, whatever host was asked."""
    return render_act(chain, None)


def size(chain: Chain) -> int:
    """Return the bytes that the chain takes at rest."""
    return len(json.dumps(stored(chain)))
