"""Count failures, and delay callers that send too many wrong secrets or unknown tokens.

A failure is counted after the comparison, so a right secret is accepted even if an attacker has tried wrong ones for
the same client. All endpoints share the counts, so that an attacker gains nothing by trying several of them.
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
from token_exchange.provider.token_requests.answers import TOO_MANY
from token_exchange.toolkit.caller_address import address_of, network_of

PER_ADDRESS: Final = 5
"""An address may have so many times the failures of one client, because several clients may share it."""
MAX_WAIT: Final = 2.0
"""Seconds that a caller over the limit waits for its turn to have a secret compared."""


class TooManyFailures(OAuth2Error):
    """Tells a caller to wait. The toolkit's own grants answer with this error as it is (RFC 6585 §4)."""

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
        """Return the headers of every error of the token endpoint, and the seconds to wait."""
        return {
            "Content-Type": "application/json",
            "Cache-Control": "no-store",
            "Pragma": "no-cache",
            "Retry-After": str(self.seconds),
        }


@dataclass(frozen=True, slots=True)
class Caller:
    """Holds the client id that a request names, which is not authenticated, and the address that it came from."""

    client_id: str
    address: str | None
    """The address that failures are counted for: an IPv4 address, or the IPv6 network of one subscriber."""


def caller_of(meta: Mapping[str, Any], client_id: str = "") -> Caller:
    """Return the caller of a request; `meta` holds the headers as Django's `META`."""
    return Caller(client_id, network_of(address_of(meta)))


def count_failure(caller: Caller) -> None:
    """Count a failed authentication; raise `TooManyFailures` if the caller is over a limit in this minute.

    A client is counted together with its address, so that an attacker at another address cannot lock it out.
    """
    _count(_limits(caller, token_exchange_settings.bad_secrets_per_minute))


def count_unknown_token(client_id: str) -> None:
    """Count an unknown token that a client sent to introspection or revocation; raise `TooManyFailures` over the limit.

    Unknown subject tokens of exchanges are not counted: a gateway exchanges the tokens that its visitors send, so one
    visitor could lock out all others.
    """
    _count({f"tokens.{client_id}": token_exchange_settings.bad_tokens_per_minute})


_caller: ContextVar[Caller | None] = ContextVar("token_exchange_caller", default=None)
_comparison = Lock()


@contextmanager
def comparing_for(caller: Caller) -> Iterator[None]:
    """Make this caller the one whose secret is compared inside the block."""
    token = _caller.set(caller)
    try:
        yield
    finally:
        _caller.reset(token)


def is_over_limit() -> bool:
    """True if the caller whose secret is being compared has failed too often in this minute."""
    caller, limit = _caller.get(), token_exchange_settings.bad_secrets_per_minute
    if caller is None or not limit:
        return False
    limits = _limits(caller, limit)
    return any(count >= limits[what] for what, count in per_minute.counts(limits).items())


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Run the block for one caller over the limit at a time in each process.

    Hashing is slow on purpose, so an attacker could keep every worker busy with wrong secrets. A right secret is still
    compared. Raise `TooManyFailures` after waiting for `MAX_WAIT` seconds.
    """
    if not _comparison.acquire(timeout=MAX_WAIT):
        raise TooManyFailures
    try:
        yield
    finally:
        _comparison.release()


def _limits(caller: Caller, limit: int) -> dict[str, int]:
    return {f"client.{caller.address}|{caller.client_id}": limit, f"address.{caller.address}": limit * PER_ADDRESS}


def _count(limits: Mapping[str, int]) -> None:
    counts = {limit: per_minute.increment(what) for what, limit in limits.items() if limit}
    if any(count > limit for limit, count in counts.items()):
        raise TooManyFailures(is_first=any(count == limit + 1 for limit, count in counts.items()))
