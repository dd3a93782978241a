"""Asking for an impersonation ticket: permitted, reviewed, stored and noted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext

from token_exchange.impersonation import ledger, tickets, verdict
from token_exchange.impersonation import ticket_letters as notices
from token_exchange.models import ImpersonationPermission, ImpersonationTicket, Target
from token_exchange.models.policy_draft import FieldError
from token_exchange.toolkit.compat import token_database
from token_exchange.wording.plain_text import BREAKS, has_hidden

LONGEST_REASON: Final = 2000
"""Characters."""
LONGEST_REFERENCE: Final = 200
"""Characters, as many as the column holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRequest:
    """Who wants to act as whom, where, how far and why; `context` is checked already (`impersonating.context`)."""

    actor: Any
    subject: Any
    targets: Sequence[Target]
    scopes: Sequence[str]
    reason: str = ""
    reference: str = ""
    context: Mapping[str, object] = field(default_factory=dict)


class NotPermitted(Exception):
    """No permission allows it; `asked` names each that was asked, and the check that failed there."""

    def __init__(self, asked: Sequence[tuple[str, str]]) -> None:
        super().__init__("no permission allows it")
        self.asked = asked


class Refused(Exception):
    """The permission wants more than was said; nothing has changed."""

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__("; ".join(error.message for error in errors))
        self.errors = errors


def ask(wish: TicketRequest) -> ImpersonationTicket:
    """Make out the ticket, waiting for approval where it needs that; raise `NotPermitted` or `Refused`."""
    said = verdict.verdict(wish.actor, wish.subject, targets=wish.targets, scopes=wish.scopes)
    if said.permission is None:
        raise NotPermitted(said.asked)
    using = token_database()
    permission = ImpersonationPermission.objects.using(using).get(pk=said.permission.key)
    if errors := list(_objections(wish, permission)):
        raise Refused(errors)
    with transaction.atomic(using=using):
        ticket = tickets.request(
            wish.actor,
            wish.subject,
            targets=wish.targets,
            scopes=wish.scopes,
            reason=wish.reason.strip(),
            reference=wish.reference.strip(),
            context=wish.context,
        )
        ledger.asked(wish.actor, ticket, gettext("Asked for."))
        if ticket.needs_approval:
            # Robust: the ticket is made out, whatever becomes of the letters.
            transaction.on_commit(lambda: notices.waiting(ticket), using=using, robust=True)
    return ticket


def _objections(wish: TicketRequest, permission: ImpersonationPermission) -> Iterator[FieldError]:
    # Overridden directions and unseen characters would show another text to who approves, and to the subject.
    for name, value, allowed in (
        ("reason", wish.reason, BREAKS),
        ("reference", wish.reference, ""),
        ("context", wish.context, ""),
    ):
        if has_hidden(value, allowed=allowed):
            yield FieldError(name, gettext("Use visible characters only."))
    if permission.reason_required and not wish.reason.strip():
        yield FieldError("reason", gettext("Say why: the permission requires a reason."))
    if permission.reference_required and not wish.reference.strip():
        yield FieldError("reference", gettext("Name the case: the permission requires a reference."))
