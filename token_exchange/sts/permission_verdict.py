"""Ask all impersonation permissions about one request to act as a user."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from token_exchange.sts.permission import ActAsRequest, Permission
from token_exchange.sts.permission_checks import CHECKS, CheckName, actor, period, subject
from token_exchange.sts.policy import Effect

Failure = CheckName | Literal[""]
"""The first check that failed, empty if the permission allows the request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Hold the permission that allows the request, if any does, and the failure of each permission by its name."""

    permission: Permission | None
    asked: tuple[tuple[str, Failure], ...]


def examine(request: ActAsRequest, permissions: Iterable[Permission]) -> Verdict:
    """Return the first permission that allows the request, unless a deny permission applies to it."""
    rows = tuple(permissions)
    denials = [row for row in rows if row.effect is Effect.DENY and _applies(request, row)]
    if denials:
        return Verdict(permission=None, asked=tuple((row.name, CheckName.DENIED) for row in denials))
    failures = [(row, _first_failure(request, row)) for row in rows if row.effect is Effect.PERMIT]
    allowing = next((row for row, failure in failures if not failure), None)
    return Verdict(permission=allowing, asked=tuple((row.name, failure) for row, failure in failures))


def _first_failure(request: ActAsRequest, row: Permission) -> Failure:
    return next((name for name, check in CHECKS.items() if check(request, row) is not True), "")


def _applies(request: ActAsRequest, row: Permission) -> bool:
    """Return True if every condition of a deny permission holds; a field that it leaves empty is no condition."""
    stated = (
        (row.methods, _same_method),
        (row.actors, actor),
        (row.subjects, subject),
        (row.clients, _any_client),
    )
    listed = (
        (row.targets, request.targets),
        (row.scopes, request.scopes),
    )
    return (
        period(request, row)
        and all(not value or check(request, row) for value, check in stated)
        and all(not named or not named.isdisjoint(asked) for named, asked in listed)
    )


def _same_method(request: ActAsRequest, row: Permission) -> bool:
    return request.method in row.methods


def _any_client(request: ActAsRequest, row: Permission) -> bool:
    # No client is known while a ticket is requested; the denial is asked again when a client exchanges the ticket.
    return not row.clients.isdisjoint({request.client_id, request.relayed_by} - {None})
