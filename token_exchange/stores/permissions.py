"""Impersonation permissions, translated at the border into frozen values."""

from __future__ import annotations

from typing import Any

from token_exchange.models import ImpersonationPermission
from token_exchange.stores.moments import to_seconds
from token_exchange.sts.impersonation import Manner, Permission
from token_exchange.sts.policy import Effect, People

LISTS = ("actor_users", "actor_groups", "actor_clients", "subject_users", "subject_groups", "clients", "targets")


def permissions(using: str) -> list[Permission]:
    """Return every enabled permission."""
    rows = ImpersonationPermission.objects.using(using).filter(enabled=True).prefetch_related(*LISTS)
    return [_permission(row) for row in rows]


def _permission(row: ImpersonationPermission) -> Permission:
    return Permission(
        key=row.pk,
        name=row.name,
        effect=Effect(row.effect),
        begins=to_seconds(row.begins) if row.begins else None,
        ends=to_seconds(row.ends) if row.ends else None,
        manners=frozenset(map(Manner, row.manners)),
        actors=People(
            users=_keys(row.actor_users), groups=_numbers(row.actor_groups), clients=_client_ids(row.actor_clients)
        ),
        subjects=People(users=_keys(row.subject_users), groups=_numbers(row.subject_groups)),
        privileged_subjects=row.privileged_subjects,
        clients=_client_ids(row.clients),
        # Of a denial a disabled target is kept: left without any, it would deny every other target too.
        targets=frozenset(
            target.name for target in row.targets.all() if target.enabled or row.effect == Effect.DENY.value
        ),
        scopes=frozenset(row.scopes),
        approval_required=row.approval_required,
        reason_required=row.reason_required,
        reference_required=row.reference_required,
        copied=frozenset(row.copied),
    )


def _keys(related: Any) -> frozenset[str]:
    return frozenset(str(user.pk) for user in related.all())


def _numbers(related: Any) -> frozenset[int]:
    return frozenset(group.pk for group in related.all())


def _client_ids(related: Any) -> frozenset[str]:
    return frozenset(client.client_id for client in related.all())
