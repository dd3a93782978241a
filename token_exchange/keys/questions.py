"""How many opaque tokens an external issuer is asked about in vain: what a stranger makes up goes out to it."""

from __future__ import annotations

import time
from typing import Final

from django.core.cache import cache

from token_exchange.conf import token_exchange_settings

WINDOW: Final = 60
"""Seconds that questions are counted for."""


def seconds_to_wait(issuer: int, client_id: str) -> int:
    """Return after how many seconds a client may have the issuer of this row asked again, 0 for at once."""
    limit = token_exchange_settings.bad_tokens_per_minute
    asked = cache.get(_name(issuer, client_id)) or 0
    return WINDOW - int(time.time()) % WINDOW if limit and asked >= limit else 0


def in_vain(issuer: int, client_id: str) -> None:
    """Count a token of this client that the issuer did not know."""
    name = _name(issuer, client_id)
    cache.add(name, 0, 2 * WINDOW)
    try:
        cache.incr(name)
    except ValueError:  # a cache that keeps nothing
        return


def _name(issuer: int, client_id: str) -> str:
    # In hexadecimal: a cache takes no blank in a key, and a client id may have one.
    return f"token_exchange.questions.{issuer}.{client_id.encode().hex()}.{int(time.time()) // WINDOW}"
