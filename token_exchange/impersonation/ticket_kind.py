"""Describe impersonation tickets for the table of parent kinds, and withdraw a leaked one."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from django.views.decorators.debug import sensitive_variables

from token_exchange.impersonation import ticket_approval, tickets
from token_exchange.models import ImpersonationTicket
from token_exchange.people.accounts import accounts_with_rights
from token_exchange.sts.errors import InvalidRequest
from token_exchange.sts.permission import PermittedActor
from token_exchange.sts.reasons import Reason
from token_exchange.sts.vocabulary import IMPERSONATION_TICKET
from token_exchange.tokens.lineage import LEAKED
from token_exchange.tokens.parent_kinds import Confirmed, Leak, ParentKind


def confirm(permitted_actor: PermittedActor, root: str, users: Collection[str], using: str) -> Confirmed:
    """Return the permitted actor with the current facts of its ticket, and these users and the approver with rights.

    Raise `InvalidRequest` if the ticket was withdrawn or has expired.
    """
    ticket = tickets.of_fingerprint(root, using)
    if ticket is None:
        raise InvalidRequest(Reason.ANCESTOR_REVOKED)
    approvers = {str(ticket.approver_id)} if ticket.approver_id else set()
    accounts = accounts_with_rights({*users, *approvers}, using)
    return ticket_approval.confirmed(permitted_actor, ticket, accounts), accounts


@sensitive_variables()
def _revoke_leaked(value: str) -> Leak | None:
    ticket = tickets.find(value)
    if ticket is None:
        return None
    stopped = None if ticket.revoked else tickets.withdraw(ticket, because=LEAKED)
    return Leak(token_type=IMPERSONATION_TICKET, stopped=stopped, row=ticket)


KIND: Final = ParentKind(
    token_type=IMPERSONATION_TICKET,
    plural="impersonation tickets",
    model=lambda: ImpersonationTicket,
    active=tickets.active,
    prefix=tickets.PREFIX,
    revoke_leaked=_revoke_leaked,
    confirm=confirm,
    claim=tickets.use,
    release=tickets.release,
)
