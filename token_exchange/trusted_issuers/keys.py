"""Choose the keys of an issuer that verify a token: from the cache, and from the issuer when the cache is not enough.

All workers share the fetched keys through Django's cache. `key_fetches` fetches them, `fetch_attempts` says how often.
"""

from __future__ import annotations

import time
from functools import lru_cache
from typing import Final

from django.core.cache import cache

from token_exchange.fetching.location import KeyLocation
from token_exchange.jose.keys import KeySet, read_jwk_set, read_pasted
from token_exchange.trusted_issuers import key_fetches
from token_exchange.trusted_issuers.key_fetches import Entry

FRESH: Final = 600
"""Seconds after which keys are fetched again. A key that the issuer removed is refused then at the latest."""


def keys_for(location: KeyLocation, kid: str | None) -> KeySet:
    """Return the keys of an issuer; fetch them if they are missing or old, or if they lack the key `kid`.

    Raise `Unreachable` if there are no keys. Raise it also if `kid` is unknown and the issuer may not be asked again
    yet: the key may be newer than the last fetch, so the client should try again; it must not get the answer "invalid".
    """
    if location.pasted:
        return _pasted(location.pasted, location.algorithms)
    entry = cache.get(key_fetches.entry_name(location))
    if entry is None:
        entry = key_fetches.first(location)
    elif not _holds(entry, location, kid):
        entry = key_fetches.for_unknown_key(location)
    elif _is_old(entry):
        entry = key_fetches.renewed(location) or entry
    return _read(entry[0], location.algorithms)


def newer_keys(location: KeyLocation) -> KeySet | None:
    """Return the issuer's current keys, or None if it was asked within the cool-down or does not answer.

    Call it for a signature that no cached key made: the issuer may have replaced a key and kept its `kid`.
    """
    entry = None if location.pasted else key_fetches.renewed(location)
    return _read(entry[0], location.algorithms) if entry else None


def _is_old(entry: Entry) -> bool:
    return time.time() - entry[1] > FRESH


def _holds(entry: Entry, location: KeyLocation, kid: str | None) -> bool:
    # A key without `kid` is the only one in its set, so an unknown `kid` in a token never means a rotated key.
    return kid is None or any(key.kid in (kid, None) for key in _read(entry[0], location.algorithms).keys)


@lru_cache(maxsize=256)
def _read(document: bytes, algorithms: frozenset[str]) -> KeySet:
    return read_jwk_set(document, algorithms)


@lru_cache(maxsize=256)
def _pasted(text: str, algorithms: frozenset[str]) -> KeySet:
    return read_pasted(text, algorithms)
