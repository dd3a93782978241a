"""List who may act as one user, and as whom that user may act: each permission is asked about each pair of users."""

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
from token_exchange.sts.permission_checks import actor, subject
from token_exchange.sts.permission_verdict import examine
from token_exchange.sts.policy import Effect, People
from token_exchange.toolkit.compat import token_database

MAX_SHOWN: Final = 20
"""The number of users shown for one permission; the search field of the page finds the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """Hold the other user of a pair that a permission was asked about; `failure` is the first failed check, or ""."""

    permission: Permission
    other: Any
    failure: str


def subjects_of(user: Any, search: str = "") -> list[Relation]:
    """Return the subjects of each permission that names this user as actor, each with the check that fails, if any."""
    return list(_relations(user, search, is_actor=True))


def actors_for(user: Any, search: str = "") -> list[Relation]:
    """Return the actors of each permission that names this user as subject, each with the check that fails, if any."""
    return list(_relations(user, search, is_actor=False))


def _relations(user: Any, search: str, *, is_actor: bool) -> Iterator[Relation]:
    using = token_database()
    permissions = configurations.current(using).permissions
    denials = [row for row in permissions if row.effect is Effect.DENY]
    as_actor, as_subject = _actor(user, using), _subject(user, using)
    for row in permissions:
        alone = _fullest_request(row, as_actor, as_subject)
        if row.effect is Effect.DENY or not (actor if is_actor else subject)(alone, row):
            continue
        for other in _people(row.subjects if is_actor else row.actors, user, search, using):
            pair = (as_actor, _subject(other, using)) if is_actor else (_actor(other, using), as_subject)
            verdict = examine(_fullest_request(row, *pair), [*denials, row])
            yield Relation(permission=row, other=other, failure=verdict.asked[-1][1] if verdict.asked else "")


def _fullest_request(row: Permission, actor: Actor, subject: Subject) -> ActAsRequest:
    """Return a request for everything that the permission offers, by ticket if it allows tickets."""
    method = ActAsMethod.TICKET if ActAsMethod.TICKET in row.methods else ActAsMethod.ACTOR_TOKEN
    return ActAsRequest(
        now=time.time(),
        method=method,
        actor=actor,
        subject=subject,
        client_id=None,
        targets=row.targets,
        scopes=row.scopes,
    )


def _people(named: People, user: Any, search: str, using: str) -> Iterable[Any]:
    model: Any = get_user_model()
    users = model._default_manager.using(using)
    wanted = Q(pk__in=named.users)
    if named.groups and hasattr(model, "groups"):
        wanted |= Q(pk__in=users.filter(groups__in=named.groups).values("pk"))
    found = users.filter(wanted).exclude(pk=user.pk).order_by(model.USERNAME_FIELD)
    return list(found.filter(**{f"{model.USERNAME_FIELD}__icontains": search})[:MAX_SHOWN])


def _actor(user: Any, using: str) -> Actor:
    return Actor(party=party_of(user), account=with_rights(account_of(user), using))


def _subject(user: Any, using: str) -> Subject:
    return Subject(party=party_of(user), account=with_rights(account_of(user), using))
