"""Counts of one minute in Django's default cache; a cache that keeps nothing, or is away, counts nothing."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from hashlib import sha256
from typing import Final

from django.core.cache import cache

logger = logging.getLogger("token_exchange")

WINDOW: Final = 60
"""Seconds that a count is for."""


def seconds_left() -> int:
    """Return the seconds until the counts begin anew."""
    return WINDOW - int(time.time()) % WINDOW


def increased(what: str) -> int:
    """Count one more, and return how many there are; 0 if the cache does not count."""
    name = _name(what)
    try:
        cache.add(name, 0, 2 * WINDOW)
        return int(cache.incr(name))
    except Exception as error:  # a cache that keeps nothing, or that cannot be reached
        _unavailable(error)
        return 0


def counts(whats: Iterable[str]) -> dict[str, int]:
    """Return how many there are of each, for those that were counted; one question to the cache."""
    names = {_name(what): what for what in whats}
    try:
        found = cache.get_many(names)
    except Exception as error:
        _unavailable(error)
        return {}
    return {names[name]: count for name, count in found.items()}


def _name(what: str) -> str:
    digest = sha256(what.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return f"token_exchange.failures.{digest}.{int(time.time()) // WINDOW}"


def _unavailable(error: Exception) -> None:
    # Its type only: the message may hold an address of the cache.
    logger.warning("failed attempts are not counted, because the cache does not answer: %s", type(error).__name__)
