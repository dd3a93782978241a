"""Find the permission that lets one user act as another by ticket, and the targets and scopes that are available."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from token_exchange.configuration import snapshot as configurations
from token_exchange.models import Target
from token_exchange.people import scope_rights
from token_exchange.people.accounts import account_of, accounts_with_rights, party_of
from token_exchange.sts.parties import Actor, Subject
from token_exchange.sts.permission import ActAsMethod, ActAsRequest
from token_exchange.sts.permission_verdict import Verdict, examine
from token_exchange.sts.policy import Effect
from token_exchange.toolkit.compat import token_database


@dataclass(frozen=True, slots=True, kw_only=True)
class AvailableTarget:
    """Hold a target and the scopes that a ticket may request there: each alone, but not always all together."""

    target: Target
    scopes: tuple[str, ...]


def check(actor: Any, subject: Any, *, targets: Iterable[Target], scopes: Iterable[str]) -> Verdict:
    """Return the permission that allows `actor` a ticket to act as `subject`, or the check that fails in each one."""
    using = token_database()
    request = act_as_request(actor, subject, using, targets=(target.name for target in targets), scopes=scopes)
    return examine(request, configurations.current(using).permissions)


def act_as_request(
    actor: Any, subject: Any, using: str, *, targets: Iterable[str] = (), scopes: Iterable[str] = ()
) -> ActAsRequest:
    """Return the request of `actor` to act as `subject` by ticket, with the rights that both users have now."""
    accounts = accounts_with_rights({str(actor.pk), str(subject.pk)}, using)
    return ActAsRequest(
        now=time.time(),
        method=ActAsMethod.TICKET,
        # A user who has been deleted meanwhile has no rights, which no permission accepts.
        actor=Actor(party=party_of(actor), account=accounts.get(str(actor.pk), account_of(actor))),
        subject=Subject(party=party_of(subject), account=accounts.get(str(subject.pk), account_of(subject))),
        client_id=None,
        targets=frozenset(targets),
        scopes=frozenset(scopes),
    )


def available_targets(actor: Any, subject: Any) -> list[AvailableTarget]:
    """Return the targets for which `actor` may request a ticket; none if no permission allows acting as `subject`."""
    using = token_database()
    permissions = configurations.current(using).permissions
    permitted = frozenset[str]().union(*(row.scopes for row in permissions if row.effect is Effect.PERMIT))
    held = scope_rights.held_by(subject, scope_rights.held_by(actor, permitted))
    request = act_as_request(actor, subject, using)

    def scopes_at(target: Target) -> Iterator[str]:
        for scope in sorted(held.intersection(target.scopes)):
            narrowed = replace(request, targets=frozenset({target.name}), scopes=frozenset({scope}))
            if examine(narrowed, permissions).permission is not None:
                yield scope

    targets = Target.objects.using(using).filter(enabled=True)
    found = (AvailableTarget(target=target, scopes=tuple(scopes_at(target))) for target in targets)
    return [available for available in found if available.scopes]


def failed_checks(actor: Any, subject: Any) -> list[tuple[str, str]]:
    """Return for each permission its name and the first check that keeps `actor` from acting as `subject`."""
    using = token_database()
    permissions = configurations.current(using).permissions
    denials = [row for row in permissions if row.effect is Effect.DENY]
    request = act_as_request(actor, subject, using)
    answers = (
        examine(replace(request, targets=row.targets, scopes=row.scopes), [*denials, row]).asked
        for row in permissions
        if row.effect is Effect.PERMIT
    )
    # A permission that passes every check is listed only where it has no scope that both users may use.
    return list(dict.fromkeys((name, failure or "scopes") for asked in answers for name, failure in asked))
