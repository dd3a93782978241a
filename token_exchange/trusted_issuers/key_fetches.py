"""Fetch the keys of an issuer, store them in Django's cache, and record the outcome in the issuer's health."""

from __future__ import annotations

import time
from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from django.core.cache import cache

from token_exchange.fetching import discovery, transport
from token_exchange.fetching.location import KeyLocation
from token_exchange.fetching.outcomes import Unreachable, why_unusable
from token_exchange.jose.keys import KeySet, KeyWarning, read_jwk_set
from token_exchange.jose.refusal import Flaw, Refused
from token_exchange.trusted_issuers import fetch_attempts, health

STALE: Final = 86_400
"""Seconds for which stored keys are used while their issuer cannot be reached."""
WAIT: Final = 1.0
"""Seconds that a worker waits for the first keys of an issuer while another worker fetches them."""

Entry = tuple[bytes, float]
"""The stored keys as a JWK set, and the time of the fetch in seconds since the epoch."""


def entry_name(location: KeyLocation) -> str:
    """Return the name under which the cache holds the keys of this location."""
    # A changed URL, algorithm or network rule gives a new name: keys fetched under the old rules are not used.
    source = repr((location.issuer, location.jwks_url, sorted(location.algorithms), location.reach))
    return f"token_exchange.keys.{location.key}.{sha256(source.encode()).hexdigest()}"


def first(location: KeyLocation) -> Entry:
    """Fetch the first keys, or wait up to `WAIT` seconds for another worker; raise `Unreachable` without keys."""
    name = entry_name(location)
    if fetch_attempts.begin(name):
        return _attempt(location, name)
    entry = _wait_for_another_worker(name)
    if entry is None:
        raise fetch_attempts.last_failure(name, "no_keys")
    return entry


def for_unknown_key(location: KeyLocation) -> Entry:
    """Fetch because a token names an unknown key; raise `Unreachable` within the cool-down or without an answer."""
    name = entry_name(location)
    if not fetch_attempts.begin(name):
        raise fetch_attempts.last_failure(name, Flaw.KEY_UNKNOWN.value)
    return _attempt(location, name)


def renewed(location: KeyLocation) -> Entry | None:
    """Fetch unless that was done within the cool-down; return None if it was, or if the fetch fails."""
    name = entry_name(location)
    if not fetch_attempts.begin(name):
        return None
    try:
        return _attempt(location, name)
    except Unreachable:
        return None


def fetch_now(location: KeyLocation) -> str:
    """Fetch in any case, for the button on the issuer's page; return the outcome as a code."""
    if location.pasted:
        return "pasted"
    try:
        _fetch(location, entry_name(location))
    except Unreachable as failure:
        return failure.outcome
    return fetch_attempts.OK


def _attempt(location: KeyLocation, name: str) -> Entry:
    try:
        entry = _fetch(location, name)
    except Unreachable as failure:
        fetch_attempts.end(name, failure.outcome)
        raise fetch_attempts.last_failure(name, failure.outcome) from failure
    fetch_attempts.end(name, fetch_attempts.OK)
    return entry


def _fetch(location: KeyLocation, name: str) -> Entry:
    warnings: Sequence[KeyWarning] | None = None
    try:
        url = location.jwks_url or discovery.jwks_url_of(location.issuer, location.reach)
        keys = _read(transport.request(url, location.reach), location.algorithms)
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


def _read(document: bytes, algorithms: frozenset[str]) -> KeySet:
    try:
        return read_jwk_set(document, algorithms)
    except Refused as refused:
        raise Unreachable(refused.flaw.value) from refused


def _wait_for_another_worker(name: str) -> Entry | None:
    until = time.monotonic() + WAIT
    entry: Entry | None = cache.get(name)
    while entry is None and fetch_attempts.is_running(name) and time.monotonic() < until:
        time.sleep(0.05)
        entry = cache.get(name)
    return entry or cache.get(name)
