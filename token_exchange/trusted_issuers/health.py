"""Record when an issuer was last reached and used, its keys and its last failure.

The health has a row of its own: a change of the issuer's row would make every worker read the configuration again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from django.core.cache import cache
from django.db.models import QuerySet
from django.utils import timezone

from token_exchange.jose.jwk import VerificationKey
from token_exchange.jose.keys import KeySet, KeyWarning
from token_exchange.jose.refusal import Flaw
from token_exchange.models import IssuerHealth
from token_exchange.toolkit.compat import token_database

USED_EVERY: Final = 60
"""Seconds between two updates of the time at which a token of an issuer was accepted."""
ANSWERED: Final = "answered"
"""The outcome of an introspection request that the issuer answered."""


def fetched(key: int, keys: KeySet) -> None:
    """Record a fetch that returned keys; a key that was fetched before keeps the time of its first fetch."""
    health, _created = _rows().get_or_create(trusted_issuer_id=key)
    seen = {(known["kid"], known.get("fingerprint")): known["first_seen"] for known in health.keys}
    now = timezone.now()
    health.fetched, health.outcome = now, "ok"
    # An issuer may list one key once for each algorithm, or two keys under one `kid`: each key gets one entry.
    different = {(found.kid, _fingerprint(found)): found for found in keys.keys}
    health.keys = [
        {"kid": kid, "kty": found.kty, "fingerprint": fingerprint, "first_seen": _first(seen, kid, fingerprint, now)}
        for (kid, fingerprint), found in different.items()
    ]
    health.warnings = _kept(keys.warnings)
    health.save()


def failed(key: int, outcome: str, warnings: Sequence[KeyWarning] | None = None) -> None:
    """Record a failed fetch; the keys that are still used stay listed.

    `warnings` are about the keys that were left out; None means that no key set was read.
    """
    noted: dict[str, Any] = {"fetched": timezone.now(), "outcome": outcome[:64]}
    if warnings is not None:
        noted["warnings"] = _kept(warnings)
    _rows().update_or_create(trusted_issuer_id=key, defaults=noted)
    cache.delete(_answered(key))


def answered(key: int) -> None:
    """Record that an issuer answered an introspection request, once a minute, and at once after a failure."""
    if cache.add(_answered(key), True, USED_EVERY):
        _rows().update_or_create(
            trusted_issuer_id=key, defaults={"fetched": timezone.now(), "outcome": ANSWERED, "warnings": []}
        )


def _answered(key: int) -> str:
    return f"token_exchange.issuer_answered.{key}"


def used(key: int) -> None:
    """Record that a token of this issuer was accepted, at most once a minute."""
    if cache.add(f"token_exchange.issuer_used.{key}", True, USED_EVERY):
        _rows().update_or_create(trusted_issuer_id=key, defaults={"last_used": timezone.now()})


def _fingerprint(key: VerificationKey) -> str:
    return sha256(key.material).hexdigest()[:16]


def _first(seen: Mapping[tuple[str | None, str | None], str], kid: str | None, fingerprint: str, now: datetime) -> str:
    # An entry without a fingerprint, from an older version, counts for the key with its `kid`.
    return seen.get((kid, fingerprint)) or seen.get((kid, None)) or now.isoformat()


def _kept(warnings: Sequence[KeyWarning]) -> list[dict[str, Any]]:
    return [
        {"flaw": warning.flaw.value, "position": warning.position, "kid": warning.kid}
        for warning in warnings
        if warning.flaw is not Flaw.KEY_SET_UNUSABLE
    ]


def _rows() -> QuerySet[IssuerHealth]:
    return IssuerHealth.objects.using(token_database())
