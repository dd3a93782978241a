"""Read and write the chain of actors in `act`, and the party in `may_act` (RFC 8693 §4.1, §4.4)."""

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
"""The actors of a token, the current one first. Only the current actor has rights; the others are for the record."""


def parse_act(claim: object) -> Chain:
    """Return the chain in an `act` claim, `()` for None; raise `InvalidRequest` if the claim is malformed.

    Only `iss` and `sub` are read; other members of the claim are never copied to a new token (RFC 8693 §4.1).
    """
    chain: list[Party] = []
    while claim is not None:
        if len(chain) == MAX_CHAIN_DEPTH:
            raise InvalidRequest(Reason.CHAIN_MALFORMED, "subject_token")
        chain.append(parse_party(claim))
        claim = cast("Mapping[str, object]", claim).get("act")
    if size(tuple(chain)) > MAX_CHAIN_BYTES:
        raise InvalidRequest(Reason.CHAIN_MALFORMED, "subject_token")
    return tuple(chain)


def parse_party(claim: object) -> Party:
    """Return the party that a claim names by `sub`, and by `iss` if it is not local."""
    if not isinstance(claim, Mapping):
        raise InvalidRequest(Reason.CHAIN_MALFORMED, "subject_token")
    issuer, subject = claim.get("iss"), claim.get("sub")
    if not _is_identifier(subject) or not ("iss" not in claim or _is_identifier(issuer)):
        raise InvalidRequest(Reason.CHAIN_MALFORMED, "subject_token")
    return Party(cast("str | None", issuer), cast("str", subject))


def _is_identifier(value: object) -> bool:
    return isinstance(value, str) and value.isprintable() and value.strip() != ""


def render_act(chain: Chain, issuer: str | None) -> dict[str, object] | None:
    """Return the chain as an `act` claim with the current actor outermost; `issuer` is the name of this server."""
    claim: dict[str, object] | None = None
    for party in reversed(chain):
        nested = {} if claim is None else {"act": claim}
        claim = {**render_party(party, issuer), **nested}
    return claim


def render_party(party: Party, issuer: str | None) -> dict[str, object]:
    """Return a party as the identity claims of RFC 8693 §4.1: `sub`, and `iss` if it is known."""
    name = party.issuer or issuer
    return {"sub": party.subject} if name is None else {"iss": name, "sub": party.subject}


def stored(chain: Chain) -> dict[str, object] | None:
    """Return the chain as it is stored: local parties without issuer, because that depends on the requested host."""
    return render_act(chain, None)


def size(chain: Chain) -> int:
    """Return the size of the stored chain in bytes."""
    return len(json.dumps(stored(chain)))
