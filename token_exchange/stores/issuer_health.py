"""What was seen of a trusted issuer, written beside its row so that the configuration keeps its version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.core.cache import cache
from django.db.models import QuerySet
from django.utils import timezone

from token_exchange.jose.keys import KeySet, KeyWarning
from token_exchange.jose.refusal import Flaw
from token_exchange.models import IssuerHealth
from token_exchange.provider.compat import token_database

USED_EVERY: Final = 60
"""Seconds between two notes that an issuer's token was taken."""


def fetched(key: int, keys: KeySet) -> None:
    """Note a fetch that brought keys; a key that was there before keeps the time when it was first seen."""
    health, _created = _rows().get_or_create(trusted_issuer_id=key)
    seen = {known["kid"]: known["first_seen"] for known in health.keys}
    now = timezone.now()
    health.fetched, health.outcome = now, "ok"
    health.keys = [
        {"kid": found.kid, "kty": found.kty, "first_seen": seen.get(found.kid, now.isoformat())} for found in keys.keys
    ]
    health.warnings = _kept(keys.warnings)
    health.save()


def failed(key: int, outcome: str, warnings: Sequence[KeyWarning] | None = None) -> None:
    """Note a fetch that brought nothing; the keys that are still used stay shown.

    `warnings` are those about the keys that were left out, None where no key set was read.
    """
    noted: dict[str, Any] = {"fetched": timezone.now(), "outcome": outcome[:64]}
    if warnings is not None:
        noted["warnings"] = _kept(warnings)
    _rows().update_or_create(trusted_issuer_id=key, defaults=noted)


def used(key: int) -> None:
    """Note that a token of this issuer was found good, at most once a minute."""
    if cache.add(f"token_exchange.issuer_used.{key}", True, USED_EVERY):
        _rows().update_or_create(trusted_issuer_id=key, defaults={"last_used": timezone.now()})


def _kept(warnings: Sequence[KeyWarning]) -> list[dict[str, Any]]:
    return [
        {"flaw": warning.flaw.value, "position": warning.position, "kid": warning.kid}
        for warning in warnings
        if warning.flaw is not Flaw.KEY_SET_UNUSABLE
    ]


def _rows() -> QuerySet[IssuerHealth]:
    return IssuerHealth.objects.using(token_database())
