"""How much a refusal should alarm whoever watches (TXS-016): most are mistakes, some look like somebody trying."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from token_exchange.sts.errors import TokenExchangeError
from token_exchange.sts.exchange import Exchange
from token_exchange.sts.reasons import Reason
from token_exchange.sts.rules import subject


class Severity(StrEnum):
    """Whether somebody should look now, or when there is time."""

    ROUTINE = "routine"
    HIGH = "high"


_ALARMING: Final = frozenset({Reason.SUBJECT_PRIVILEGED, Reason.TOKEN_REPLAYED})


def severity_of(error: TokenExchangeError | None, exchange: Exchange | None) -> Severity:
    """Return it: high where a user was reached for whom no policy covers, staff first of all, or a token came twice."""
    if error is None:
        return Severity.ROUTINE
    beyond = error.reason is Reason.NOT_PERMITTED_BY_ANY_POLICY and error.detail == subject.__name__
    of_a_user = exchange is not None and exchange.subject.account is not None
    return Severity.HIGH if error.reason in _ALARMING or (beyond and of_a_user) else Severity.ROUTINE
