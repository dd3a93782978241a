"""Remember verified client secrets for a while, because hashing one takes half a second."""

from __future__ import annotations

import hmac
import secrets
import time
from collections import OrderedDict
from hashlib import sha256
from typing import Final

from token_exchange.conf import token_exchange_settings

MAX_ENTRIES: Final = 1_024


class VerifiedSecrets:
    """Maps each stored hash to the secret that was verified against it, both under a key of this process.

    An entry is an HMAC over the stored hash and the presented secret, and reveals neither. A rotated secret has another
    stored hash, and so another entry.
    """

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._verified: OrderedDict[bytes, tuple[bytes, float]] = OrderedDict()

    def matches(self, presented: str, stored: str) -> bool | None:
        """Return True or False for the secret of a stored hash, None if none was verified in SECRET_CACHE_SECONDS."""
        entry, until = self._verified.get(self._name(stored), (b"", 0.0))
        if time.monotonic() >= until:
            return None
        return hmac.compare_digest(entry, self._entry(presented, stored))

    def remember(self, presented: str, stored: str) -> None:
        """Remember a secret that has just been verified; over `MAX_ENTRIES` the oldest entries are dropped."""
        seconds = token_exchange_settings.secret_cache_seconds
        if seconds <= 0:
            return
        self._verified[self._name(stored)] = self._entry(presented, stored), time.monotonic() + seconds
        while len(self._verified) > MAX_ENTRIES:
            self._verified.popitem(last=False)

    def clear(self) -> None:
        """Forget all entries."""
        self._verified.clear()

    def _name(self, stored: str) -> bytes:
        return hmac.new(self._key, stored.encode("utf-8", "surrogatepass"), sha256).digest()

    def _entry(self, presented: str, stored: str) -> bytes:
        # The length keeps the two parts apart: "ab" + "c" must not equal "a" + "bc".
        message = f"{len(stored)}:{stored}{presented}".encode("utf-8", "surrogatepass")
        return hmac.new(self._key, message, sha256).digest()


verified_secrets = VerifiedSecrets()
