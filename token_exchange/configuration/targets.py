"""Rows of targets as the frozen values that rules look at."""

from __future__ import annotations

from typing import Any

from token_exchange.configuration.strange_rows import Reading, number_or_none, texts
from token_exchange.sts.targets import Target


def target(reading: Reading) -> Target:
    """Return the target; of an odd row at least the name, by which a denial knows it."""
    row: Any = reading.row
    return Target(
        key=row.pk,
        name=str(row.name),
        resources=reading.read("resources", _some, ()),
        scopes=frozenset(reading.read("scopes", texts, ())),
        owner=reading.read("owner", _client_id, None),
        max_lifetime=reading.read("max_lifetime", number_or_none, None),
    )


def _some(value: Any) -> tuple[str, ...]:
    # To the toolkit a token without a resource URI is good everywhere.
    found = texts(value)
    if not found:
        raise ValueError("no resource URI")
    return found


def _client_id(owner: Any) -> str | None:
    return owner.client_id if owner else None
