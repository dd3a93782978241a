"""Check one request to act as a user against one impersonation permission."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final

from token_exchange.sts.parties import Account, Rights
from token_exchange.sts.permission import ActAsMethod, ActAsRequest, Permission


class CheckName(StrEnum):
    """Name the checks; the names never change, because records contain them."""

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
    """Return True if actor and subject are two users: the record would otherwise show two people for one."""
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


def _rights(account: Account | None) -> Rights | None:
    return account.rights if account else None


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
