"""Keys shared by all workers through Django's cache: fetched seldom, kept through an outage, for a bounded time."""

from __future__ import annotations

import time
from functools import lru_cache
from hashlib import sha256
from typing import Final

from django.core.cache import cache

from token_exchange.jose.keys import KeySet, read_jwk_set, read_pasted
from token_exchange.jose.refusal import Refused
from token_exchange.keys import discovery, transport
from token_exchange.keys.location import KeyLocation
from token_exchange.keys.unreachable import Unreachable
from token_exchange.stores import issuer_health

FRESH: Final = 600
"""Seconds after which keys are fetched anew: a removed key is refused at the latest then."""
STALE: Final = 86_400
"""Seconds that keys outlive an outage of their issuer."""
COOL_DOWN: Final = 60
"""Seconds between two fetches from one issuer, whatever asks for them (TXS-010)."""
WAIT: Final = 1.0
"""Seconds that a worker waits for the first keys, which another one is fetching."""


def keys_for(location: KeyLocation, kid: str | None) -> KeySet:
    """Return the issuer's keys, fetched if they are old or lack `kid`; raise `Unreachable` if there are none."""
    if location.pasted:
        return _pasted(location.pasted, location.algorithms)
    name = _name(location)
    entry = cache.get(name)
    if entry is None or _is_old(entry) or not _holds(entry, location, kid):
        entry = _renewed(location, name, entry)
    if entry is None:
        raise Unreachable("no_keys")
    return _read(entry[0], location.algorithms)


def fetch_now(location: KeyLocation) -> str:
    """Fetch whatever the age, for the button on the issuer's page; return the outcome."""
    if location.pasted:
        return "pasted"
    try:
        _fetch(location, _name(location))
    except Unreachable as failure:
        return failure.outcome
    return "ok"


Entry = tuple[bytes, float]
"""The kept keys as a JWK set, and when they were fetched."""


def _name(location: KeyLocation) -> str:
    # Another URL or algorithm is another entry: what was fetched under old rules never serves new ones (INV-27).
    told = repr((location.issuer, location.jwks_url, sorted(location.algorithms), location.reach))
    return f"token_exchange.keys.{location.key}.{sha256(told.encode()).hexdigest()}"


def _is_old(entry: Entry) -> bool:
    return time.time() - entry[1] > FRESH


def _holds(entry: Entry, location: KeyLocation, kid: str | None) -> bool:
    # A key without a name stands alone in its set, for whatever name a token gives: no newer one is missing.
    return kid is None or any(key.kid in (kid, None) for key in _read(entry[0], location.algorithms).keys)


def _renewed(location: KeyLocation, name: str, entry: Entry | None) -> Entry | None:
    """Fetch unless somebody did within the cool-down; what cannot be used never replaces what can."""
    if not cache.add(f"{name}.attempted", True, COOL_DOWN):
        return entry or _wait_for_another_worker(name)
    try:
        return _fetch(location, name)
    except Unreachable:
        return entry


def _fetch(location: KeyLocation, name: str) -> Entry:
    try:
        url = location.jwks_url or discovery.jwks_url_of(location.issuer, location.reach)
        keys = read_jwk_set(transport.request(url, location.reach), location.algorithms)
        if not keys.keys:
            raise Unreachable("no_usable_key")
    except Refused as refused:
        issuer_health.failed(location.key, refused.flaw.value)
        raise Unreachable(refused.flaw.value) from refused
    except Unreachable as failure:
        issuer_health.failed(location.key, failure.outcome)
        raise
    entry = (keys.document(), time.time())
    cache.set(name, entry, STALE)
    issuer_health.fetched(location.key, keys)
    return entry


def _wait_for_another_worker(name: str) -> Entry | None:
    """Wait for the first keys of an issuer that another worker may be fetching at this moment."""
    until = time.monotonic() + WAIT
    while time.monotonic() < until:
        entry: Entry | None = cache.get(name)
        if entry is not None:
            return entry
        time.sleep(0.05)
    return None


@lru_cache(maxsize=256)
def _read(document: bytes, algorithms: frozenset[str]) -> KeySet:
    return read_jwk_set(document, algorithms)


@lru_cache(maxsize=256)
def _pasted(text: str, algorithms: frozenset[str]) -> KeySet:
    return read_pasted(text, algorithms)
