"""Rows of policies as the frozen values that rules look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from token_exchange.configuration.issuers import conditions_of
from token_exchange.configuration.links import links
from token_exchange.configuration.strange_rows import (
    Reading,
    flag,
    moment_or_none,
    number,
    rows_of,
    texts,
    with_moments,
)
from token_exchange.models import ExchangePolicy
from token_exchange.models.named_parties import lost
from token_exchange.sts.conditions import Condition
from token_exchange.sts.parties import Party, client_party
from token_exchange.sts.period import Period
from token_exchange.sts.policy import Effect, People, Policy, SubjectKind, Way
from token_exchange.sts.targets import Target

RELATED = ("subject_users", "subject_groups", "actor_users", "actor_groups", "targets", "trusted_issuers")
CLIENTS = ("issuing_clients", "actor_clients")
NOTHING_LINKED = MappingProxyType(dict[str, Sequence[Any]].fromkeys((*RELATED, *CLIENTS), ()))


def policies(using: str, targets: Mapping[str, Mapping[int, Target]]) -> tuple[list[Policy], list[Reading]]:
    """Return the enabled policies, those in force first, and the rows that hold something odd.

    An odd permit is left out. An odd denial denies what it might have denied: what of it can be read still narrows it.
    """
    related = {name: links(ExchangePolicy, name, using) for name in RELATED}
    named = {**related, **{name: links(ExchangePolicy, name, using, "client_id") for name in CLIENTS}}
    rows = ExchangePolicy.objects.using(using).filter(enabled=True).select_related("client", "may_act")
    found, odd = [], []
    for row in rows_of(with_moments(rows)):
        linked = {name: by_policy.get(row.pk, []) for name, by_policy in named.items()}
        reading = Reading(row)
        policy = read(reading, linked, targets)
        if reading.odd:
            odd.append(reading)
        if policy.effect is Effect.PERMIT and reading.odd:
            continue
        if policy.effect is Effect.DENY and lost(row, [name for name, keys in linked.items() if keys]):
            continue  # the parties that it named are deleted: without them it would deny everybody
        found.append(policy)
    return found, odd


def read(
    reading: Reading,
    linked: Mapping[str, Sequence[Any]] = NOTHING_LINKED,
    targets: Mapping[str, Mapping[int, Target]] = MappingProxyType({}),
) -> Policy:
    """Return the policy of a row with these lists, and note what of the row cannot be read."""
    row, read = reading.row, reading.read
    effect = read("effect", Effect, Effect.DENY)
    known = targets.get(effect, {})
    subjects = People(users=frozenset(map(str, linked["subject_users"])), groups=frozenset(linked["subject_groups"]))
    return Policy(
        key=row.pk,
        name=str(row.name),
        effect=effect,
        report_only=read("report_only", flag, False),
        client_id=read("client", _client_id, None),
        period=Period(read("begins", moment_or_none, None), read("ends", moment_or_none, None)),
        subject_token_types=frozenset(read("subject_token_types", texts, ())),
        issuing_clients=frozenset(linked["issuing_clients"]),
        takes_local_tokens=read("takes_local_tokens", flag, False),
        trusted_issuers=frozenset(linked["trusted_issuers"]),
        conditions=read("conditions", _conditions, ()),
        subject_kind=read("subject_kind", SubjectKind, SubjectKind.LISTED_USERS if subjects else SubjectKind.ANYONE),
        subjects=subjects,
        privileged_subjects=read("privileged_subjects", flag, False),
        ways=frozenset(read("ways", _ways, ())),
        actors=People(
            users=frozenset(map(str, linked["actor_users"])),
            groups=frozenset(linked["actor_groups"]),
            clients=frozenset(linked["actor_clients"]),
        ),
        targets=tuple(known[key] for key in linked["targets"] if key in known),
        scopes=frozenset(read("scopes", texts, ())),
        narrows_scope=read("narrows_scope", flag, False),
        limited_to_actor_scopes=read("limited_to_actor_scopes", flag, True),
        max_lifetime=read("max_lifetime", number, 1),
        max_chain_depth=read("max_chain_depth", number, 0),
        issued_token_types=read("issued_token_types", texts, ()),
        revoked_with_parents=read("revoked_with_parents", flag, True),
        may_act=read("may_act", _party, None),
    )


def _client_id(client: Any) -> str | None:
    return client.client_id if client else None


def _party(client: Any) -> Party | None:
    return client_party(client.client_id) if client else None


def _ways(value: Any) -> tuple[Way, ...]:
    return tuple(map(Way, texts(value)))


def _conditions(value: Any) -> tuple[Condition, ...]:
    ExchangePolicy._meta.get_field("conditions").validate(value, None)
    return conditions_of(value)
