"""The issuance port: how a permit becomes a token."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from token_exchange.sts.decision import Permit
from token_exchange.sts.exchange import Exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedToken:
    """What was minted; only the client ever sees `value`."""

    value: str = field(repr=False)
    fingerprint: str
    issued_token_type: str
    token_type: str
    lifetime: int
    """Seconds."""
    scopes: frozenset[str]


class Overtaken(Exception):
    """A fact changed between decision and issuance: the exchange has to be decided again (TXS-018)."""


class TokenIssuer(Protocol):
    """Whatever mints tokens of one kind."""

    def issue(self, permit: Permit, exchange: Exchange) -> IssuedToken:
        """Return the minted token; raise `Overtaken` if a parent or the rules are no longer what was decided on."""
