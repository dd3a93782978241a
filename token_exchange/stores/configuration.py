"""Targets, policies and trusted issuers as one frozen snapshot a process, told apart by the configuration's version."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from threading import Lock
from typing import Any, cast

from django.db import models

from token_exchange.models import ConfigurationVersion, ExchangePolicy
from token_exchange.models import Target as TargetRow
from token_exchange.models import TrustedIssuer as TrustedIssuerRow
from token_exchange.models.configuration_version import ONLY_ROW
from token_exchange.provider.compat import application_model
from token_exchange.stores.moments import to_seconds
from token_exchange.stores.permissions import permissions
from token_exchange.stores.trust import conditions_of, usable
from token_exchange.sts.configuration import Configuration
from token_exchange.sts.parties import client_party
from token_exchange.sts.policy import Effect, People, Policy, SubjectKind, Way
from token_exchange.sts.targets import Target

_snapshots: dict[str, Configuration] = {}
_loading = Lock()

Links = dict[int, list[str]]
"""By policy: the related keys, as text."""


class ConfigurationIsChanging(Exception):
    """The rules changed again and again while they were being read."""


def current(using: str, version: int | None = None) -> Configuration:
    """Return the configuration at `version`, or at the one that the database holds now.

    The version comes from the statement that opens the exchange: a snapshot is never trusted by its age.
    """
    if version is None:
        version = _version(using)
    snapshot = _snapshots.get(using)
    if snapshot is not None and snapshot.version == version:
        return snapshot
    with _loading:
        return _load(using)


def forget() -> None:
    """Drop every snapshot of this process, as tests do when they exchange the database under it."""
    _snapshots.clear()


def _version(using: str) -> int:
    row = ConfigurationVersion.objects.using(using).filter(pk=ONLY_ROW).values_list("version", flat=True).first()
    return row or 0


def _load(using: str) -> Configuration:
    version = _version(using)
    for _attempt in range(5):
        rows = list(TargetRow.objects.using(using).select_related("owner"))
        targets = {row.pk: _target(row) for row in rows}
        enabled = {row.pk: targets[row.pk] for row in rows if row.enabled}
        # Of a deny policy a disabled target is kept: left without any, it would deny every other target too.
        policies = _policies(using, {Effect.PERMIT: enabled, Effect.DENY: targets})
        enabled_issuers = TrustedIssuerRow.objects.using(using).filter(enabled=True)
        issuers = list(usable(enabled_issuers))
        # What was read between two equal versions belongs to one version (M07).
        if (latest := _version(using)) == version:
            snapshot = Configuration(version, enabled.values(), policies, issuers, permissions(using))
            _snapshots[using] = snapshot
            return snapshot
        version = latest
    raise ConfigurationIsChanging


def _target(row: TargetRow) -> Target:
    return Target(
        key=row.pk,
        name=row.name,
        resources=tuple(row.resources),
        scopes=frozenset(row.scopes),
        owner=row.owner.client_id if row.owner else None,
        max_lifetime=row.max_lifetime,
    )


def _policies(using: str, targets: Mapping[str, Mapping[int, Target]]) -> list[Policy]:
    links = {
        name: _links(using, name)
        for name in ("subject_users", "subject_groups", "actor_users", "actor_groups", "targets", "trusted_issuers")
    }
    clients = {name: _client_links(using, name) for name in ("issuing_clients", "actor_clients")}
    rows = ExchangePolicy.objects.using(using).filter(enabled=True).select_related("client", "may_act")
    return [_policy(row, {**links, **clients}, targets[row.effect]) for row in rows]


def _links(using: str, field: str, column: str | None = None) -> Links:
    relation = cast("models.ManyToManyField[Any, Any]", ExchangePolicy._meta.get_field(field))
    through = cast("type[models.Model]", relation.remote_field.through)
    rows = through._default_manager.using(using).values_list(
        f"{relation.m2m_field_name()}_id", column or f"{relation.m2m_reverse_field_name()}_id"
    )
    found: Links = defaultdict(list)
    for policy, related in rows:
        found[policy].append(str(related))
    return found


def _client_links(using: str, field: str) -> Links:
    application = application_model()._meta.model_name
    return _links(using, field, f"{application}__client_id")


def _policy(row: ExchangePolicy, links: dict[str, Links], targets: Mapping[int, Target]) -> Policy:
    def linked(field: str) -> list[str]:
        return links[field].get(row.pk, [])

    return Policy(
        key=row.pk,
        name=row.name,
        effect=Effect(row.effect),
        report_only=row.report_only,
        client_id=row.client.client_id if row.client else None,
        begins=to_seconds(row.begins) if row.begins else None,
        ends=to_seconds(row.ends) if row.ends else None,
        subject_token_types=frozenset(row.subject_token_types),
        issuing_clients=frozenset(linked("issuing_clients")),
        takes_own_tokens=row.takes_own_tokens,
        trusted_issuers=frozenset(map(int, linked("trusted_issuers"))),
        conditions=conditions_of(row.conditions),
        subject_kind=SubjectKind(row.subject_kind),
        subjects=People(users=frozenset(linked("subject_users")), groups=frozenset(map(int, linked("subject_groups")))),
        privileged_subjects=row.privileged_subjects,
        ways=frozenset(map(Way, row.ways)),
        actors=People(
            users=frozenset(linked("actor_users")),
            groups=frozenset(map(int, linked("actor_groups"))),
            clients=frozenset(linked("actor_clients")),
        ),
        targets=tuple(targets[int(key)] for key in linked("targets") if int(key) in targets),
        scopes=frozenset(row.scopes),
        narrows_scope=row.narrows_scope,
        limited_to_actor_scopes=row.limited_to_actor_scopes,
        max_lifetime=row.max_lifetime,
        max_chain_depth=row.max_chain_depth,
        issued_token_types=tuple(row.issued_token_types),
        dies_with_subject=row.dies_with_subject,
        may_act=client_party(row.may_act.client_id) if row.may_act else None,
    )
