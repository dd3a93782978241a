"""Client secrets that were verified a moment ago, so that hashing half a second is paid once, not every time."""

from __future__ import annotations

import hmac
import secrets
import time
from collections import OrderedDict
from hashlib import sha256
from typing import Final

from token_exchange.conf import token_exchange_settings

MOST: Final = 1_024


class VerifiedSecrets:
    """Remembers positives only, under a key that never leaves the process.

    An entry is an HMAC over the stored hash and the presented secret: it cannot be turned back into either,
    and a rotated secret has another entry by itself.
    """

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._until: OrderedDict[bytes, float] = OrderedDict()

    def knows(self, presented: str, stored: str) -> bool:
        """Whether this secret was verified against this hash within SECRET_CACHE_SECONDS."""
        until = self._until.get(self._entry(presented, stored))
        return until is not None and time.monotonic() < until

    def remember(self, presented: str, stored: str) -> None:
        """Remember a secret that was verified just now; the oldest entries make room."""
        seconds = token_exchange_settings.secret_cache_seconds
        if seconds <= 0:
            return
        self._until[self._entry(presented, stored)] = time.monotonic() + seconds
        while len(self._until) > MOST:
            self._until.popitem(last=False)

    def forget(self) -> None:
        """Forget everything."""
        self._until.clear()

    def _entry(self, presented: str, stored: str) -> bytes:
        # The length keeps the two parts apart (INV-27: injective keys).
        message = f"{len(stored)}:{stored}{presented}".encode("utf-8", "surrogatepass")
        return hmac.new(self._key, message, sha256).digest()


verified_secrets = VerifiedSecrets()
