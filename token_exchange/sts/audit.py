"""Define the event by which every exchange is recorded, granted or refused; it never contains a token."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from token_exchange.sts.decision import Permit
from token_exchange.sts.errors import TokenExchangeError
from token_exchange.sts.exchange import Exchange
from token_exchange.sts.issuance import IssuedToken
from token_exchange.sts.reasons import Reason
from token_exchange.sts.request import TokenExchangeRequest
from token_exchange.sts.trace import RuleName, Trace


class Severity(StrEnum):
    """Rate the urgency of a record for an administrator: most refusals are mistakes, some look like an attack."""

    ROUTINE = "routine"
    HIGH = "high"


_ALARMING: Final = frozenset({Reason.SUBJECT_PRIVILEGED, Reason.TOKEN_REPLAYED})


def severity_of(error: TokenExchangeError | None, exchange: Exchange | None) -> Severity:
    """Return HIGH if the request targeted a user that no policy covers, a privileged user, or replayed a token."""
    if error is None:
        return Severity.ROUTINE
    is_beyond_policies = error.reason is Reason.NOT_PERMITTED_BY_ANY_POLICY and error.detail == RuleName.SUBJECT
    is_about_user = exchange is not None and exchange.subject.account is not None
    is_high = error.reason in _ALARMING or (is_beyond_policies and is_about_user)
    return Severity.HIGH if is_high else Severity.ROUTINE


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """Hold the origin and time of a request, and the id that its answer and its record share."""

    request_id: str
    client_id: str
    """Empty until the client has authenticated."""
    address: str | None
    """The IP address of the caller, where it is known."""
    now: float
    """Seconds since the epoch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeEvent:
    """Hold one answer with everything that was established before it; the other fields are None."""

    circumstances: Circumstances
    request: TokenExchangeRequest | None = None
    exchange: Exchange | None = None
    permit: Permit | None = None
    issued: IssuedToken | None = None
    error: TokenExchangeError | None = None
    trace: Trace = ()

    @property
    def severity(self) -> Severity:
        """Return the urgency of the event for an administrator."""
        return severity_of(self.error, self.exchange)
