"""One fetch per issuer and cool-down, whichever worker and whichever token asks for it."""

from __future__ import annotations

import math
import time
from typing import Final

from django.core.cache import cache

from token_exchange.fetching import transport
from token_exchange.fetching.outcomes import Unreachable

COOL_DOWN: Final = 60
"""Seconds between two fetches from one issuer."""

OK: Final = "ok"
"""The outcome of a fetch that brought keys."""
_RUNNING: Final = ""
"""Stands for the outcome of a fetch that has not ended."""


def begin(name: str) -> bool:
    """Return True if the caller may fetch now; no other worker may until the cool-down is over."""
    return bool(cache.add(_key(name), (time.time(), _RUNNING), COOL_DOWN))


def end(name: str, outcome: str) -> None:
    """Keep what came of the fetch, for those who have to wait for the next one."""
    begun, _outcome = _last(name)
    cache.set(_key(name), (begun, outcome), max(1, math.ceil(begun + COOL_DOWN - time.time())))


def is_running(name: str) -> bool:
    """Return True if a worker is fetching, and has not taken longer than a fetch may."""
    begun, outcome = _last(name)
    return outcome == _RUNNING and time.time() < begun + transport.SECONDS


def last_failure(name: str, outcome: str) -> Unreachable:
    """Return the failure of the last fetch, `outcome` if it did not fail, with the seconds until the next one."""
    begun, found = _last(name)
    # A fetch that is running may bring what is missing within the seconds that it may take.
    seconds = transport.SECONDS if is_running(name) else COOL_DOWN
    # One more second, since a cache counts whole ones: who waits so long does not come too early.
    wait = max(0, math.ceil(begun + seconds - time.time())) + 1
    return Unreachable(outcome if found in (_RUNNING, OK) else found, retry_after=wait)


def _last(name: str) -> tuple[float, str]:
    kept: tuple[float, str] | None = cache.get(_key(name))
    return kept or (time.time(), _RUNNING)


def _key(name: str) -> str:
    return f"{name}.attempt"
