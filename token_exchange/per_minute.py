"""Count events of the current minute in Django's default cache; without a working cache nothing is counted."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from hashlib import sha256
from typing import Final

from django.core.cache import cache

logger = logging.getLogger("token_exchange")

WINDOW: Final = 60
"""The length of a counting period in seconds."""


def seconds_left() -> int:
    """Return the seconds until the next counting period."""
    return WINDOW - int(time.time()) % WINDOW


def increment(event: str) -> int:
    """Count one event, and return the number of such events this minute; 0 if the cache does not work."""
    name = _name(event)
    try:
        cache.add(name, 0, 2 * WINDOW)
        return int(cache.incr(name))
    except Exception as error:  # a dummy cache, or a cache that cannot be reached
        _unavailable(error)
        return 0


def counts(events: Iterable[str]) -> dict[str, int]:
    """Return the number of events this minute for each kind that was counted, with one request to the cache."""
    names = {_name(event): event for event in events}
    try:
        found = cache.get_many(names)
    except Exception as error:
        _unavailable(error)
        return {}
    return {names[name]: count for name, count in found.items()}


def _name(event: str) -> str:
    digest = sha256(event.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return f"token_exchange.failures.{digest}.{int(time.time()) // WINDOW}"


def _unavailable(error: Exception) -> None:
    # Log only the type of the error: its message may contain the address of the cache.
    logger.warning("failed attempts are not counted, because the cache does not answer: %s", type(error).__name__)
