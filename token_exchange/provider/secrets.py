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
    """Remembers by each stored hash which secret was verified against it, under a key that never leaves the process.

    An entry is an HMAC over the stored hash and the presented secret: it cannot be turned back into either, and a
    rotated secret has another entry by itself.
    """

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._verified: OrderedDict[bytes, tuple[bytes, float]] = OrderedDict()

    def tells(self, presented: str, stored: str) -> bool | None:
        """Return whether this is the secret of a stored hash, None where none was verified in SECRET_CACHE_SECONDS."""
        entry, until = self._verified.get(self._name(stored), (b"", 0.0))
        if time.monotonic() >= until:
            return None
        return hmac.compare_digest(entry, self._entry(presented, stored))

    def remember(self, presented: str, stored: str) -> None:
        """Remember a secret that was verified just now; the oldest entries make room."""
        seconds = token_exchange_settings.secret_cache_seconds
        if seconds <= 0:
            return
        self._verified[self._name(stored)] = self._entry(presented, stored), time.monotonic() + seconds
        while len(self._verified) > MOST:
            self._verified.popitem(last=False)

    def forget(self) -> None:
        """Forget everything."""
        self._verified.clear()

    def _name(self, stored: str) -> bytes:
        return hmac.new(self._key, stored.encode("utf-8", "surrogatepass"), sha256).digest()

    def _entry(self, presented: str, stored: str) -> bytes:
        # The length keeps the two parts apart.
        message = f"{len(stored)}:{stored}{presented}".encode("utf-8", "surrogatepass")
        return hmac.new(self._key, message, sha256).digest()


verified_secrets = VerifiedSecrets()
