"""How many opaque tokens an external issuer is asked about in vain: what a stranger makes up goes out to it."""

from __future__ import annotations

from token_exchange import per_minute
from token_exchange.conf import token_exchange_settings


def seconds_to_wait(issuer: int, client_id: str) -> int:
    """Return after how many seconds a client may have the issuer of this row asked again, 0 for at once."""
    limit, what = token_exchange_settings.bad_tokens_per_minute, _what(issuer, client_id)
    is_over = limit and per_minute.counts([what]).get(what, 0) >= limit
    return per_minute.seconds_left() if is_over else 0


def in_vain(issuer: int, client_id: str) -> None:
    """Count a token of this client that the issuer did not know."""
    per_minute.increment(_what(issuer, client_id))


def _what(issuer: int, client_id: str) -> str:
    return f"questions.{issuer}.{client_id}"
