"""Request an impersonation ticket: ask the permissions, require the reason that they demand, store the row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext

from token_exchange.impersonation import approval_letter, permission_check, ticket_log, tickets
from token_exchange.models import ImpersonationTicket, Target
from token_exchange.models.validation import FieldError
from token_exchange.sts.permission import Permission
from token_exchange.toolkit.compat import token_database
from token_exchange.wording.plain_text import BREAKS, has_hidden

LONGEST_REASON: Final = 2000
"""The maximum length of a reason, in characters."""
LONGEST_REFERENCE: Final = 200
"""The maximum length of a reference, in characters: the width of its column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRequest:
    """Describe the request of a user to act as another user; `ticket_context` has checked the context."""

    actor: Any
    subject: Any
    targets: Sequence[Target]
    scopes: Sequence[str]
    reason: str = ""
    reference: str = ""
    context: Mapping[str, object] = field(default_factory=dict)


class NotPermitted(Exception):
    """No permission allows the request; `failed_checks` holds each permission's name and the check that failed."""

    def __init__(self, failed_checks: Sequence[tuple[str, str]]) -> None:
        super().__init__("no permission allows it")
        self.failed_checks = failed_checks


class Refused(Exception):
    """The request lacks what its permission requires, or holds hidden characters; nothing was stored."""

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__("; ".join(error.message for error in errors))
        self.errors = errors


def submit(request: TicketRequest) -> ImpersonationTicket:
    """Store the ticket, which waits for approval if its permission requires it; raise `NotPermitted` or `Refused`."""
    using = token_database()
    with transaction.atomic(using=using):
        permission = _permission_for(request)
        if errors := list(_errors_in(request, permission)):
            raise Refused(errors)
        ticket = tickets.create(
            permission_id=permission.key,
            actor=request.actor,
            subject=request.subject,
            targets=request.targets,
            scopes=sorted(set(request.scopes)),
            reason=request.reason.strip(),
            reference=request.reference.strip(),
            context=dict(request.context),
            approval_required=permission.approval_required,
        )
        ticket_log.requested(request.actor, ticket, gettext("Requested."))
        if ticket.approval_required:
            # Robust: a letter that cannot be sent does not undo the ticket.
            transaction.on_commit(lambda: approval_letter.send(ticket), using=using, robust=True)
    return ticket


def _permission_for(request: TicketRequest) -> Permission:
    verdict = permission_check.check(request.actor, request.subject, targets=request.targets, scopes=request.scopes)
    if verdict.permission is None:
        raise NotPermitted(verdict.asked)
    return verdict.permission


def _errors_in(request: TicketRequest, permission: Permission) -> Iterator[FieldError]:
    # Hidden and direction-changing characters would show the approver and the subject another text than the record.
    for name, value, allowed in (
        ("reason", request.reason, BREAKS),
        ("reference", request.reference, ""),
        ("context", request.context, ""),
    ):
        if has_hidden(value, allowed=allowed):
            yield FieldError(name, gettext("Use visible characters only."))
    if permission.reason_required and not request.reason.strip():
        yield FieldError("reason", gettext("Enter a reason: the permission requires a reason."))
    if permission.reference_required and not request.reference.strip():
        yield FieldError("reference", gettext("Enter a reference: the permission requires a reference."))
