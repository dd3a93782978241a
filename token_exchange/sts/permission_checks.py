"""Ask the impersonation permissions whether an actor may act as a user."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from token_exchange.sts.parties import Account, Rights
from token_exchange.sts.permission import ActAsMethod, ActAsRequest, Permission
from token_exchange.sts.policy import Effect


class CheckName(StrEnum):
    """The stored names of the checks; they never change, because records contain them."""

    PERIOD = "period"
    METHOD = "method"
    ACTOR = "actor"
    SUBJECT = "subject"
    ONESELF = "oneself"
    ACTIVITY = "activity"
    PRIVILEGE = "privilege"
    CEILING = "ceiling"
    CLIENT = "client"
    TARGETS = "targets"
    SCOPES = "scopes"
    DEMANDS = "demands"
    DENIED = "denied"
    """Not a check: a deny permission applies."""


Check = Callable[[ActAsRequest, Permission], bool]
Failure = CheckName | Literal[""]
"""The first check that failed, empty if the permission allows the request."""


def period(request: ActAsRequest, row: Permission) -> bool:
    """Return True if the permission is in effect now."""
    return row.period.contains(request.now)


def method(request: ActAsRequest, row: Permission) -> bool:
    """Return True if the permission allows this method.

    Only tickets can be approved, so an actor token fails if approval is required.
    """
    return request.method in row.methods and not (row.approval_required and request.method is ActAsMethod.ACTOR_TOKEN)


def actor(request: ActAsRequest, row: Permission) -> bool:
    """Return True if the permission names the actor."""
    return row.actors.include(request.actor.party, request.actor.account)


def subject(request: ActAsRequest, row: Permission) -> bool:
    """Return True if the subject is a user that the permission names."""
    account = request.subject.account
    return account is not None and row.subjects.include(request.subject.party, account)


def oneself(request: ActAsRequest, row: Permission) -> bool:
    """Return True unless users act as themselves: the record would show two people where there is one."""
    return request.actor.party != request.subject.party


def activity(request: ActAsRequest, row: Permission) -> bool:
    """Return True if actor and subject are both active."""
    return all(account is None or account.is_active for account in (request.actor.account, request.subject.account))


def privilege(request: ActAsRequest, row: Permission) -> bool:
    """Return True if the subject is not privileged (staff, superuser), or the permission includes privileged users."""
    account = request.subject.account
    return account is not None and (row.privileged_subjects or not account.is_privileged)


def ceiling(request: ActAsRequest, row: Permission) -> bool:
    """Return True if the subject has no right that the actor lacks: acting as a user never adds rights."""
    of_subject = _rights(request.subject.account)
    of_actor = _rights(request.actor.account) if request.actor.account else Rights()  # a client has none
    if of_subject is None or of_actor is None:
        return False
    return of_actor.cover(of_subject, accepted=row.subjects.groups)


def client(request: ActAsRequest, row: Permission) -> bool:
    """Return True if the permission names the client, or no client is known yet."""
    return request.client_id is None or request.client_id in row.clients


def targets(request: ActAsRequest, row: Permission) -> bool:
    """Return True if the request has targets and the permission names all of them."""
    return bool(request.targets) and request.targets <= row.targets


def scopes(request: ActAsRequest, row: Permission) -> bool:
    """Return True if the permission names every scope."""
    return request.scopes <= row.scopes


def demands(request: ActAsRequest, row: Permission) -> bool:
    """Return True if the reason, the reference and the approval that the permission requires were given."""
    given = request.justification
    return given is None or not (
        (row.reason_required and not given.has_reason)
        or (row.reference_required and not given.has_reference)
        or (row.approval_required and not given.is_approved)
    )


CHECKS: Final[Mapping[CheckName, Check]] = {
    CheckName.PERIOD: period,
    CheckName.METHOD: method,
    CheckName.ACTOR: actor,
    CheckName.SUBJECT: subject,
    CheckName.ONESELF: oneself,
    CheckName.ACTIVITY: activity,
    CheckName.PRIVILEGE: privilege,
    CheckName.CEILING: ceiling,
    CheckName.CLIENT: client,
    CheckName.TARGETS: targets,
    CheckName.SCOPES: scopes,
    CheckName.DEMANDS: demands,
}
"""A permission has to pass all of these, in this order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The permission that allows the request, if any does, and the failure of each permission by its name."""

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
    """Return True if every condition that a deny permission states holds; what it leaves empty does not matter."""
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


def _rights(account: Account | None) -> Rights | None:
    return account.rights if account else None
