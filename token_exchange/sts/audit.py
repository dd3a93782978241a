"""The audit port: every answer, yes or no, as one event without any token in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from token_exchange.sts.decision import Permit
from token_exchange.sts.errors import TokenExchangeError
from token_exchange.sts.exchange import Exchange
from token_exchange.sts.issuance import IssuedToken
from token_exchange.sts.request import TokenExchangeRequest
from token_exchange.sts.severity import Severity, severity_of
from token_exchange.sts.trace import Trace


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """Where a request came from and under which id it is known."""

    request_id: str
    client_id: str
    address: str | None
    now: float
    """Seconds since the epoch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeEvent:
    """One answer: whatever was known when it fell, and nothing that was not."""

    circumstances: Circumstances
    request: TokenExchangeRequest | None = None
    exchange: Exchange | None = None
    permit: Permit | None = None
    issued: IssuedToken | None = None
    error: TokenExchangeError | None = None
    trace: Trace = ()

    @property
    def severity(self) -> Severity:
        """How much it should alarm whoever watches."""
        return severity_of(self.error, self.exchange)


class AuditTrail(Protocol):
    """Where events are kept; it is part of the transaction that issues (INV-22)."""

    def record(self, event: ExchangeEvent) -> None:
        """Keep the event, or raise and so undo what it records."""
