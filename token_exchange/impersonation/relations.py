"""Who may act as one person, and as whom that person may act: the permissions asked one by one."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.db.models import Q

from token_exchange.configuration import snapshot as configurations
from token_exchange.people.accounts import account_of, party_of, with_rights
from token_exchange.sts.parties import Actor, Subject
from token_exchange.sts.permission import ActAsMethod, ActAsRequest, Permission
from token_exchange.sts.permission_checks import actor, examine, subject
from token_exchange.sts.policy import Effect, People
from token_exchange.toolkit.compat import token_database

MOST: Final = 20
"""Other people that are shown for one permission; a search finds the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """What one permission says of two people; `failure` is the first check that fails, or "" if it allows."""

    permission: Permission
    other: Any
    failure: str


def acted_for(person: Any, search: str = "") -> list[Relation]:
    """Return as whom this user may act, and which permission that names the user does not let them and why."""
    return list(_relations(person, search, is_actor=True))


def acting_for(person: Any, search: str = "") -> list[Relation]:
    """Return who may act as this user, and which permission that names the user does not let them and why."""
    return list(_relations(person, search, is_actor=False))


def _relations(person: Any, search: str, *, is_actor: bool) -> Iterator[Relation]:
    using = token_database()
    permissions = configurations.current(using).permissions
    denials = [row for row in permissions if row.effect is Effect.DENY]
    acting, acted_for = _actor(person, using), _subject(person, using)
    for row in permissions:
        itself = _act_as_request(row, acting, acted_for)
        if row.effect is Effect.DENY or not (actor if is_actor else subject)(itself, row):
            continue
        for other in _people(row.subjects if is_actor else row.actors, person, search, using):
            between = (acting, _subject(other, using)) if is_actor else (_actor(other, using), acted_for)
            verdict = examine(_act_as_request(row, *between), [*denials, row])
            yield Relation(permission=row, other=other, failure=verdict.asked[-1][1] if verdict.asked else "")


def _act_as_request(row: Permission, acting: Actor, acted_for: Subject) -> ActAsRequest:
    """All that the permission offers, in the first of its manners."""
    method = ActAsMethod.TICKET if ActAsMethod.TICKET in row.methods else ActAsMethod.ACTOR_TOKEN
    return ActAsRequest(
        now=time.time(),
        method=method,
        actor=acting,
        subject=acted_for,
        client_id=None,
        targets=row.targets,
        scopes=row.scopes,
    )


def _people(named: People, person: Any, search: str, using: str) -> Iterable[Any]:
    model: Any = get_user_model()
    users = model._default_manager.using(using)
    wanted = Q(pk__in=named.users)
    if named.groups and hasattr(model, "groups"):
        wanted |= Q(pk__in=users.filter(groups__in=named.groups).values("pk"))
    found = users.filter(wanted).exclude(pk=person.pk).order_by(model.USERNAME_FIELD)
    return list(found.filter(**{f"{model.USERNAME_FIELD}__icontains": search})[:MOST])


def _actor(user: Any, using: str) -> Actor:
    return Actor(party=party_of(user), account=with_rights(account_of(user), using))


def _subject(user: Any, using: str) -> Subject:
    return Subject(party=party_of(user), account=with_rights(account_of(user), using))
