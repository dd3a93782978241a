"""What one person may ask for in order to act as another: each target with its scopes, as some permission allows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from token_exchange.configuration import snapshot as configurations
from token_exchange.impersonation import verdict
from token_exchange.models import Target
from token_exchange.people import scope_rights
from token_exchange.sts.permission_checks import examine
from token_exchange.sts.policy import Effect
from token_exchange.toolkit.compat import token_database


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A target, and the scopes that may be asked for there, each by itself: together they may be too much."""

    target: Target
    scopes: tuple[str, ...]


def offers(actor: Any, subject: Any) -> list[Offer]:
    """Return what a ticket may be for; nothing where no permission lets `actor` act as `subject`."""
    using = token_database()
    permissions = configurations.current(using).permissions
    permitted = frozenset[str]().union(*(row.scopes for row in permissions if row.effect is Effect.PERMIT))
    held = scope_rights.held_by(subject, scope_rights.held_by(actor, permitted))
    bare = verdict.act_as_request(actor, subject, using)

    def scopes_at(target: Target) -> Iterator[str]:
        for scope in sorted(held.intersection(target.scopes)):
            asked = replace(bare, targets=frozenset({target.name}), scopes=frozenset({scope}))
            if examine(asked, permissions).permission is not None:
                yield scope

    targets = Target.objects.using(using).filter(enabled=True)
    found = (Offer(target=target, scopes=tuple(scopes_at(target))) for target in targets)
    return [offer for offer in found if offer.scopes]


def failures(actor: Any, subject: Any) -> list[tuple[str, str]]:
    """Return for each permission why it does not let `actor` act as `subject`: its name, and the check that fails."""
    using = token_database()
    permissions = configurations.current(using).permissions
    denials = [row for row in permissions if row.effect is Effect.DENY]
    bare = verdict.act_as_request(actor, subject, using)
    asked = (
        examine(replace(bare, targets=row.targets, scopes=row.scopes), [*denials, row]).asked
        for row in permissions
        if row.effect is Effect.PERMIT
    )
    # What allows everything and still offers nothing has no scope that both may use.
    return list(dict.fromkeys((name, failure or "scopes") for told in asked for name, failure in told))
