"""Tell which fields of a single row cannot be read, without its related rows."""

from __future__ import annotations

from typing import Any

from token_exchange.configuration.issuers import read_issuer
from token_exchange.configuration.permissions import permission_of
from token_exchange.configuration.policies import policy_of
from token_exchange.configuration.reading import Reading
from token_exchange.configuration.targets import target_of
from token_exchange.models import ExchangePolicy, ImpersonationPermission, Target, TrustedIssuer

_READERS: tuple[tuple[Any, Any], ...] = (
    (ExchangePolicy, policy_of),
    (ImpersonationPermission, permission_of),
    (Target, target_of),
    (TrustedIssuer, read_issuer),
)


def unreadable_fields(row: Any) -> list[str]:
    """Return the names of the fields of a rule, target or issuer that cannot be read."""
    reading = Reading(row)
    for model, read in _READERS:
        if isinstance(row, model):
            read(reading)
    return reading.unreadable
