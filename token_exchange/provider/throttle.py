"""One count of failures for every endpoint: who sends wrong secrets or unknown tokens has to wait, and nobody else.

A failure is counted after it has happened, so what is right is not refused for what others tried.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final

from oauthlib.oauth2 import OAuth2Error

from token_exchange import per_minute
from token_exchange.conf import token_exchange_settings
from token_exchange.provider.errors import TOO_MANY
from token_exchange.toolkit.caller_address import address_of, network_of

PER_ADDRESS: Final = 5
"""An address has room for so many clients' failures."""
PATIENCE: Final = 2.0
"""Seconds that a caller over the limit waits for its turn to have a secret compared."""


class TooManyFailures(OAuth2Error):
    """The caller has to wait; in the toolkit's own grants this is the answer (RFC 6585 §4)."""

    error = "temporarily_unavailable"
    description = TOO_MANY
    status_code = 429

    def __init__(self, *, is_first: bool = False) -> None:
        super().__init__()
        self.seconds = per_minute.seconds_left()
        self.is_first = is_first
        """True for the first failure of this minute that is over a limit."""

    @property
    def headers(self) -> dict[str, str]:
        """Return when to try again, beside what every error of the token endpoint has."""
        return {
            "Content-Type": "application/json",
            "Cache-Control": "no-store",
            "Pragma": "no-cache",
            "Retry-After": str(self.seconds),
        }


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, as far as the request says; nothing of it has been proved."""

    client_id: str
    address: str | None
    """The address that the failures are counted for; of IPv6 the network that one subscriber has."""


def caller_of(meta: Mapping[str, Any], client_id: str = "") -> Caller:
    """Return the caller of a request by its headers, as Django's `META` holds them."""
    return Caller(client_id, network_of(address_of(meta)))


def failed(caller: Caller) -> None:
    """Count a failure before anything was proved; raise `TooManyFailures` if there were too many in this minute.

    A client is told together with its address, so that an attacker elsewhere counts for nothing here.
    """
    limit = token_exchange_settings.bad_secrets_per_minute
    _count(_limits(caller, limit))


def guessed(client_id: str) -> None:
    """Count a token that this server does not know, sent to introspection or revocation; raise `TooManyFailures`.

    Only further unknown tokens are answered so. Those of an exchange are not counted at all: a gateway trades what its
    visitors send, and a client that is told to wait may make its other users wait.
    """
    _count({f"tokens.{client_id}": token_exchange_settings.bad_tokens_per_minute})


_asking: ContextVar[Caller | None] = ContextVar("token_exchange_asking", default=None)
_turn = Lock()


@contextmanager
def asking(caller: Caller) -> Iterator[None]:
    """Name who has a secret compared inside the block."""
    token = _asking.set(caller)
    try:
        yield
    finally:
        _asking.reset(token)


def is_over() -> bool:
    """True if the caller of the block has failed too often in this minute."""
    caller, limit = _asking.get(), token_exchange_settings.bad_secrets_per_minute
    if caller is None or not limit:
        return False
    limits = _limits(caller, limit)
    return any(count >= limits[what] for what, count in per_minute.counts(limits).items())


@contextmanager
def turn() -> Iterator[None]:
    """Let callers over the limit have their secrets compared one at a time in each process.

    Hashing is slow on purpose, and must not become a way to keep every worker busy. A right secret still gets its turn.
    Raise `TooManyFailures` if the turn does not come within `PATIENCE`.
    """
    if not _turn.acquire(timeout=PATIENCE):
        raise TooManyFailures
    try:
        yield
    finally:
        _turn.release()


def _limits(caller: Caller, limit: int) -> dict[str, int]:
    return {f"client.{caller.address}|{caller.client_id}": limit, f"address.{caller.address}": limit * PER_ADDRESS}


def _count(limits: Mapping[str, int]) -> None:
    counts = {limit: per_minute.increment(what) for what, limit in limits.items() if limit}
    if any(count > limit for limit, count in counts.items()):
        raise TooManyFailures(is_first=any(count == limit + 1 for limit, count in counts.items()))
