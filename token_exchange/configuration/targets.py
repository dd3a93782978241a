"""Convert rows of targets to the frozen values of `sts`."""

from __future__ import annotations

from typing import Any

from token_exchange.configuration.reading import Reading, flag, number_or_none, rows_of, texts
from token_exchange.models import Target as TargetRow
from token_exchange.sts.targets import Target, TokenFormat


def read_targets(using: str) -> tuple[dict[int, Target], dict[int, Target], list[Reading]]:
    """Return the enabled targets and all targets, by primary key, and the readings of unreadable enabled rows."""
    enabled, known, unreadable = {}, {}, []
    for row in rows_of(TargetRow.objects.using(using).select_related("owner")):
        reading = Reading(row)
        known[row.pk] = target_of(reading)
        if row.enabled and reading.unreadable:
            unreadable.append(reading)
        elif row.enabled:
            enabled[row.pk] = known[row.pk]
    return enabled, known, unreadable


def target_of(reading: Reading) -> Target:
    """Return the target of a row; of an unreadable row at least the name, which denials look for."""
    row: Any = reading.row
    return Target(
        key=row.pk,
        name=str(row.name),
        resources=reading.read("resources", _resources, ()),
        scopes=frozenset(reading.read("scopes", texts, ())),
        owner=reading.read("owner", _client_id, None),
        max_lifetime=reading.read("max_lifetime", number_or_none, None),
        token_format=reading.read("token_format", TokenFormat, TokenFormat.OPAQUE),
        pairwise_key=str(row.pairwise_key) if reading.read("pairwise_subjects", flag, True) else "",
    )


def _resources(value: Any) -> tuple[str, ...]:
    # For django-oauth-toolkit, a token without a resource URI is unrestricted.
    found = texts(value)
    if not found:
        raise ValueError("no resource URI")
    return found


def _client_id(owner: Any) -> str | None:
    return owner.client_id if owner else None
