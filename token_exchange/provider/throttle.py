"""Bad secrets and bad tokens are counted in the shared cache; whoever sends too many of them has to wait."""

from __future__ import annotations

import time
from hashlib import sha256
from typing import Final

from django.core.cache import cache

from token_exchange.conf import token_exchange_settings
from token_exchange.sts.errors import InvalidClient, TokenExchangeError
from token_exchange.sts.reasons import Reason

WINDOW: Final = 60
"""Seconds that failures are counted for."""

# Guesses at a token. A token that is genuine and merely not permitted, or expired, is honest traffic.
_GUESSES: Final = frozenset(
    {Reason.TOKEN_UNKNOWN, Reason.JWT_MALFORMED, Reason.SIGNATURE_INVALID, Reason.INTROSPECTION_INACTIVE}
)


class TooManyFailures(Exception):
    """The caller has to wait for `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def require_patience(client_id: str, address: str | None) -> None:
    """Raise `TooManyFailures` if this client, from this address, or this address failed too often a moment ago.

    A client is told together with its address: nobody locks it out from elsewhere (B14).
    """
    limits = _limits(client_id, address)
    counts = cache.get_many(limits)
    if any(count >= limits[name] for name, count in counts.items()):
        raise TooManyFailures(WINDOW - int(time.time()) % WINDOW)


def note(error: TokenExchangeError, client_id: str, address: str | None) -> None:
    """Count the error if it is a guess at a secret or at a token."""
    if isinstance(error, InvalidClient):
        kind = "secret"
    elif error.reason in _GUESSES:
        kind = "token"
    else:
        return
    for name in _limits(client_id, address):
        if name.startswith(_prefix(kind)):
            cache.add(name, 0, WINDOW)
            cache.incr(name)


def _limits(client_id: str, address: str | None) -> dict[str, int]:
    """The counters that concern a caller, and how far each may go; an address has room for several clients."""
    kinds = {
        "secret": token_exchange_settings.bad_secrets_per_minute,
        "token": token_exchange_settings.bad_tokens_per_minute,
    }
    window = int(time.time()) // WINDOW
    limits = {}
    for kind, limit in kinds.items():
        if limit:
            limits[f"{_prefix(kind)}client.{_digest(f'{address}|{client_id}')}.{window}"] = limit
            limits[f"{_prefix(kind)}address.{_digest(str(address))}.{window}"] = limit * 5
    return limits


def _prefix(kind: str) -> str:
    return f"token_exchange.failures.{kind}."


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
