"""Withdraw a ticket, so that it cannot be used any more, and revoke the tokens that it was exchanged for."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import ngettext

from token_exchange.impersonation import ticket_log, tickets
from token_exchange.impersonation.ticket_approval import may_approve
from token_exchange.impersonation.tickets import State
from token_exchange.models import ImpersonationTicket
from token_exchange.tokens import lineage
from token_exchange.toolkit.compat import token_database


def may_withdraw(user: Any, ticket: ImpersonationTicket) -> bool:
    """Return True if the user may withdraw this ticket: its requester, and every user who may approve."""
    return user.pk == ticket.actor_id or may_approve(user)


def withdraw(ticket: ImpersonationTicket, user: Any) -> int | None:
    """Revoke a ticket and its descendants and log it; return the number of tokens revoked with it.

    Return None, and change nothing, if the ticket was declined or has expired; raise PermissionDenied if the user may
    not withdraw it.
    """
    if not may_withdraw(user, ticket):
        raise PermissionDenied
    if ticket.state in (State.DECLINED, State.EXPIRED):
        return None  # its page keeps showing that it was declined or has expired
    with transaction.atomic(using=token_database()):
        count = tickets.withdraw(ticket)
        message = ngettext("Withdrawn; %(count)d token revoked.", "Withdrawn; %(count)d tokens revoked.", count)
        ticket_log.changed(user, ticket, message % {"count": count})
    return count


def active_descendants(ticket: ImpersonationTicket) -> int:
    """Return the number of active tokens that come from the ticket, by one exchange or several."""
    return len(lineage.descendants(ticket.fingerprint, token_database())) if ticket.fingerprint else 0
