"""Keys shared by all workers through Django's cache: fetched seldom, kept through an outage, for a bounded time."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Final

from django.core.cache import cache

from token_exchange.fetching import discovery, transport
from token_exchange.fetching.location import KeyLocation
from token_exchange.fetching.outcomes import Unreachable, why_unusable
from token_exchange.jose.keys import KeySet, KeyWarning, read_jwk_set, read_pasted
from token_exchange.jose.refusal import Flaw, Refused
from token_exchange.trusted_issuers import attempts, health
from token_exchange.trusted_issuers.attempts import COOL_DOWN

__all__ = ["COOL_DOWN", "FRESH", "STALE", "fetch_now", "keys_for", "newer_keys"]

FRESH: Final = 600
"""Seconds after which keys are fetched anew: a removed key is refused at the latest then."""
STALE: Final = 86_400
"""Seconds that keys outlive an outage of their issuer."""
WAIT: Final = 1.0
"""Seconds that a worker waits for the first keys, which another one is fetching."""


def keys_for(location: KeyLocation, kid: str | None) -> KeySet:
    """Return the issuer's keys, fetched if they are old or lack `kid`.

    Raise `Unreachable` if there are none, and if `kid` is unknown and the issuer cannot be asked about it now: its
    key may be newer than the last fetch, so to call the token invalid would be final where waiting helps.
    """
    if location.pasted:
        return _pasted(location.pasted, location.algorithms)
    name = _name(location)
    entry = cache.get(name)
    if entry is None:
        entry = _first(location, name)
    elif not _holds(entry, location, kid):
        entry = _with_unknown(location, name)
    elif _is_old(entry):
        entry = _renewed(location, name) or entry
    return _read(entry[0], location.algorithms)


def newer_keys(location: KeyLocation) -> KeySet | None:
    """Return the keys that the issuer has now, None where it was asked a moment ago or does not answer.

    For a signature that no kept key made: the issuer may have put a new key under the old name.
    """
    entry = None if location.pasted else _renewed(location, _name(location))
    return _read(entry[0], location.algorithms) if entry else None


def fetch_now(location: KeyLocation) -> str:
    """Fetch whatever the age, for the button on the issuer's page; return the outcome."""
    if location.pasted:
        return "pasted"
    try:
        _fetch(location, _name(location))
    except Unreachable as failure:
        return failure.outcome
    return attempts.OK


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


def _first(location: KeyLocation, name: str) -> Entry:
    """Fetch the first keys, or wait a moment for another worker that is fetching them."""
    if attempts.begin(name):
        return _attempt(location, name)
    entry = _wait_for_another_worker(name)
    if entry is None:
        raise attempts.last_failure(name, "no_keys")
    return entry


def _with_unknown(location: KeyLocation, name: str) -> Entry:
    """Fetch because of a key that is unknown, at most once a cool-down however many such tokens arrive."""
    if not attempts.begin(name):
        raise attempts.last_failure(name, Flaw.KEY_UNKNOWN.value)
    return _attempt(location, name)


def _renewed(location: KeyLocation, name: str) -> Entry | None:
    """Fetch unless that was done within the cool-down; what cannot be used never replaces what can."""
    if not attempts.begin(name):
        return None
    try:
        return _attempt(location, name)
    except Unreachable:
        return None


def _attempt(location: KeyLocation, name: str) -> Entry:
    try:
        entry = _fetch(location, name)
    except Unreachable as failure:
        attempts.end(name, failure.outcome)
        raise attempts.last_failure(name, failure.outcome) from failure
    attempts.end(name, attempts.OK)
    return entry


def _fetch(location: KeyLocation, name: str) -> Entry:
    warnings: Sequence[KeyWarning] | None = None
    try:
        url = location.jwks_url or discovery.jwks_url_of(location.issuer, location.reach)
        keys = _read_fetched(transport.request(url, location.reach), location.algorithms)
        warnings = keys.warnings
        if not keys.keys:
            raise Unreachable(why_unusable(keys))
    except Unreachable as failure:
        health.failed(location.key, failure.outcome, warnings)
        raise
    entry = (keys.document(), time.time())
    cache.set(name, entry, STALE)
    health.fetched(location.key, keys)
    return entry


def _read_fetched(document: bytes, algorithms: frozenset[str]) -> KeySet:
    try:
        return read_jwk_set(document, algorithms)
    except Refused as refused:
        raise Unreachable(refused.flaw.value) from refused


def _wait_for_another_worker(name: str) -> Entry | None:
    """Wait for the first keys of an issuer while another worker is fetching them."""
    until = time.monotonic() + WAIT
    entry: Entry | None = cache.get(name)
    while entry is None and attempts.is_running(name) and time.monotonic() < until:
        time.sleep(0.05)
        entry = cache.get(name)
    return entry or cache.get(name)


@lru_cache(maxsize=256)
def _read(document: bytes, algorithms: frozenset[str]) -> KeySet:
    return read_jwk_set(document, algorithms)


@lru_cache(maxsize=256)
def _pasted(text: str, algorithms: frozenset[str]) -> KeySet:
    return read_pasted(text, algorithms)
