"""One count of failures for every endpoint: who sends wrong secrets or unknown tokens has to wait, and nobody else.

A failure is counted after it has happened, so what is right is never refused for what others tried.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from typing import Any, Final

from django.core.cache import cache
from oauthlib.oauth2 import OAuth2Error

from token_exchange.conf import token_exchange_settings
from token_exchange.provider.caller_address import address_of, network_of
from token_exchange.provider.errors import TOO_MANY

logger = logging.getLogger("token_exchange")

WINDOW: Final = 60
"""Seconds that failures are counted for."""
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
        self.seconds = WINDOW - int(time.time()) % WINDOW
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
    _count({f"client.{caller.address}|{caller.client_id}": limit, f"address.{caller.address}": limit * PER_ADDRESS})


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
    limits = {
        _name(f"client.{caller.address}|{caller.client_id}"): limit,
        _name(f"address.{caller.address}"): limit * PER_ADDRESS,
    }
    try:
        counts = cache.get_many(limits)
    except Exception as error:
        _unavailable(error)
        return False
    return any(count >= limits[name] for name, count in counts.items())


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


def _count(limits: Mapping[str, int]) -> None:
    counts = {limit: _increased(_name(what)) for what, limit in limits.items() if limit}
    if any(count > limit for limit, count in counts.items()):
        raise TooManyFailures(is_first=any(count == limit + 1 for limit, count in counts.items()))


def _increased(name: str) -> int:
    try:
        cache.add(name, 0, 2 * WINDOW)
        return int(cache.incr(name))
    except Exception as error:  # a cache that keeps nothing, or that cannot be reached
        _unavailable(error)
        return 0


def _name(what: str) -> str:
    digest = sha256(what.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return f"token_exchange.failures.{digest}.{int(time.time()) // WINDOW}"


def _unavailable(error: Exception) -> None:
    # Its type only: the message may hold an address of the cache.
    logger.warning("failed attempts are not counted, because the cache does not answer: %s", type(error).__name__)
