"""Impersonation permissions, translated at the border into frozen values."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from token_exchange.configuration.links import links
from token_exchange.configuration.strange_rows import (
    Reading,
    flag,
    moment_or_none,
    rows_of,
    some_of,
    texts,
    with_moments,
)
from token_exchange.models import ImpersonationPermission, Target
from token_exchange.models.named_parties import lost
from token_exchange.sts.period import Period
from token_exchange.sts.permission import ActAsMethod, Permission
from token_exchange.sts.policy import Effect, People

COLUMNS = {"actor_clients": "client_id", "clients": "client_id", "targets": "name"}
"""By which column, where not by key, a list names its rows."""
LISTS = ("actor_users", "actor_groups", "actor_clients", "subject_users", "subject_groups", "clients", "targets")
NOTHING_LINKED = MappingProxyType(dict[str, Sequence[Any]].fromkeys(LISTS, ()))


def permissions(using: str) -> tuple[list[Permission], list[Reading]]:
    """Return the enabled permissions, and the rows that hold something odd.

    An odd permission is left out; an odd denial denies what it might have denied.
    """
    rows = rows_of(with_moments(ImpersonationPermission.objects.using(using).filter(enabled=True)))
    if not rows:
        return [], []
    named = {name: links(ImpersonationPermission, name, using, COLUMNS.get(name, "pk")) for name in LISTS}
    enabled = set(Target.objects.using(using).filter(enabled=True).values_list("name", flat=True))
    found, odd = [], []
    for row in rows:
        reading = Reading(row)
        linked = {name: by_permission.get(row.pk, []) for name, by_permission in named.items()}
        permission = read(reading, linked, enabled)
        if reading.odd:
            odd.append(reading)
        if permission.effect is Effect.PERMIT and reading.odd:
            continue
        if permission.effect is Effect.DENY and lost(row, [name for name, keys in linked.items() if keys]):
            continue  # the parties that it named are deleted: without them it would deny everybody
        found.append(permission)
    return found, odd


def read(
    reading: Reading,
    linked: Mapping[str, Sequence[Any]] = NOTHING_LINKED,
    enabled: Collection[str] = (),
) -> Permission:
    """Return the permission of a row with these lists, and note what of the row cannot be read."""
    row, read = reading.row, reading.read
    effect = read("effect", Effect, Effect.DENY)
    return Permission(
        key=row.pk,
        name=str(row.name),
        effect=effect,
        period=Period(read("begins", moment_or_none, None), read("ends", moment_or_none, None)),
        methods=frozenset(read("methods", _manners, ())),
        actors=People(
            users=frozenset(map(str, linked["actor_users"])),
            groups=frozenset(linked["actor_groups"]),
            clients=frozenset(linked["actor_clients"]),
        ),
        subjects=People(users=frozenset(map(str, linked["subject_users"])), groups=frozenset(linked["subject_groups"])),
        privileged_subjects=read("privileged_subjects", flag, False),
        clients=frozenset(linked["clients"]),
        # Of a denial a disabled target is kept: left without any, it would deny every other target too.
        targets=frozenset(name for name in linked["targets"] if name in enabled or effect is Effect.DENY),
        scopes=frozenset(read("scopes", texts, ())),
        approval_required=read("approval_required", flag, True),
        reason_required=read("reason_required", flag, True),
        reference_required=read("reference_required", flag, True),
        copied=read("copied", some_of(key for key, _label in ImpersonationPermission.COPIED), frozenset()),
    )


def _manners(value: Any) -> tuple[ActAsMethod, ...]:
    return tuple(map(ActAsMethod, texts(value)))
