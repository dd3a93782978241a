"""Allow one fetch of keys for each issuer and cool-down, across all workers and tokens."""

from __future__ import annotations

import math
import time
from typing import Final

from django.core.cache import cache

from token_exchange.fetching import transport
from token_exchange.fetching.outcomes import Unreachable

COOL_DOWN: Final = 60
"""Seconds between the starts of two fetches from one issuer."""

OK: Final = "ok"
"""The outcome of a fetch that returned usable keys."""
_RUNNING: Final = ""
"""The outcome of a fetch that has not ended."""


def begin(name: str) -> bool:
    """Return True if the caller may fetch now; other workers may not until the cool-down is over."""
    return bool(cache.add(_key(name), (time.time(), _RUNNING), COOL_DOWN))


def end(name: str, outcome: str) -> None:
    """Store the outcome of the fetch for the requests that arrive before the next one."""
    begun, _outcome = _last(name)
    cache.set(_key(name), (begun, outcome), max(1, math.ceil(begun + COOL_DOWN - time.time())))


def is_running(name: str) -> bool:
    """Return True if a worker is fetching and its time limit is not over."""
    begun, outcome = _last(name)
    return outcome == _RUNNING and time.time() < begun + transport.SECONDS


def last_failure(name: str, outcome: str) -> Unreachable:
    """Return the failure of the last fetch, or `outcome` if it did not fail, with the seconds until the next fetch."""
    begun, found = _last(name)
    # A fetch that is still running may return the missing key before its time limit is over.
    seconds = transport.SECONDS if is_running(name) else COOL_DOWN
    # The cache counts whole seconds: one more, so that a client that waits this long does not come too early.
    wait = max(0, math.ceil(begun + seconds - time.time())) + 1
    return Unreachable(outcome if found in (_RUNNING, OK) else found, retry_after=wait)


def _last(name: str) -> tuple[float, str]:
    kept: tuple[float, str] | None = cache.get(_key(name))
    return kept or (time.time(), _RUNNING)


def _key(name: str) -> str:
    return f"{name}.attempt"
