"""Convert rows of impersonation permissions to the frozen values of `sts`."""

from __future__ import annotations

from functools import partial
from typing import Any

from token_exchange.configuration.reading import Reading, flag, moment_or_none, some_of, texts
from token_exchange.configuration.rules import NO_TARGETS, Keys, Targets, no_keys, people, read_rules
from token_exchange.models import ImpersonationPermission
from token_exchange.sts.period import Period
from token_exchange.sts.permission import ActAsMethod, Permission
from token_exchange.sts.policy import Effect


def read_permissions(using: str, targets: Targets) -> tuple[list[Permission], list[Reading]]:
    """Return the enabled permissions, and the readings of rows that cannot be read in full."""
    rows = ImpersonationPermission.objects.using(using).filter(enabled=True)
    return read_rules(rows, partial(permission_of, targets=targets))


def permission_of(reading: Reading, keys: Keys | None = None, targets: Targets = NO_TARGETS) -> Permission:
    """Return the permission of a row with these related keys; the reading notes fields that cannot be read."""
    row, read, keys = reading.row, reading.read, keys or no_keys(ImpersonationPermission)
    effect = read("effect", Effect, Effect.DENY)
    return Permission(
        key=row.pk,
        name=str(row.name),
        effect=effect,
        period=Period(read("begins", moment_or_none, None), read("ends", moment_or_none, None)),
        methods=frozenset(read("methods", _methods, ())),
        actors=people(keys, "actor"),
        subjects=people(keys, "subject"),
        privileged_subjects=read("privileged_subjects", flag, False),
        clients=frozenset(keys["clients"]),
        targets=frozenset(targets[effect][key].name for key in keys["targets"] if key in targets[effect]),
        scopes=frozenset(read("scopes", texts, ())),
        approval_required=read("approval_required", flag, True),
        reason_required=read("reason_required", flag, True),
        reference_required=read("reference_required", flag, True),
        copied_claims=read(
            "copied_claims", some_of(key for key, _label in ImpersonationPermission.COPIED_CLAIMS), frozenset()
        ),
    )


def _methods(value: Any) -> tuple[ActAsMethod, ...]:
    return tuple(map(ActAsMethod, texts(value)))
