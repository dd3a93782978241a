"""What becomes of a ticket that was asked for: approved or declined, collected, withdrawn, each of it noted."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext, ngettext
from django.views.decorators.debug import sensitive_variables

from token_exchange.impersonation import ledger
from token_exchange.impersonation import tickets as impersonation_tickets
from token_exchange.impersonation.ticket_states import State, in_state
from token_exchange.impersonation.tickets import CollectedTicket
from token_exchange.models import ImpersonationTicket
from token_exchange.tokens import lineage
from token_exchange.toolkit.compat import token_database

APPROVE = impersonation_tickets.APPROVE


def may_approve(user: Any) -> bool:
    """Whether a user decides on tickets of others."""
    return bool(user.is_active and user.has_perm(APPROVE))


def of_concern_to(user: Any) -> QuerySet[ImpersonationTicket]:
    """Return the tickets that a user may do something about: their own, and all for those who approve."""
    tickets = ImpersonationTicket.objects.using(token_database()).select_related("actor", "subject", "approver")
    return tickets if may_approve(user) else tickets.filter(actor=user.pk)


def at_hand_for(user: Any) -> QuerySet[ImpersonationTicket]:
    """Return a user's own tickets and, for those who approve, whatever waits."""
    return of_concern_to(user).filter(Q(actor=user.pk) | in_state(State.WAITING))


def may_decide_on(user: Any, ticket: ImpersonationTicket) -> bool:
    """Whether this user may decide on this ticket: a second person, neither the requester nor the subject."""
    return may_approve(user) and user.pk not in (ticket.actor_id, ticket.subject_id)


def may_withdraw(user: Any, ticket: ImpersonationTicket) -> bool:
    """Whether this user may end this ticket."""
    return user.pk == ticket.actor_id or may_approve(user)


def decide(ticket: ImpersonationTicket, user: Any, *, approves: bool) -> bool:
    """Approve or decline; tell whether it counted, and raise PermissionDenied for who may not."""
    with transaction.atomic(using=token_database()):
        counted = impersonation_tickets.decide(ticket, user, approves=approves)
        if counted:
            ledger.changed(user, ticket, gettext("Approved.") if approves else gettext("Declined."))
    return counted


@sensitive_variables()
def collect(ticket: ImpersonationTicket, user: Any) -> CollectedTicket | None:
    """Hand the ticket over to who asked for it; None if there is nothing to hand over, or not yet or no more.

    Raise PermissionDenied for anybody else.
    """
    if user.pk != ticket.actor_id:
        raise PermissionDenied
    if ticket.state != State.APPROVED:
        return None
    with transaction.atomic(using=token_database()):
        handed = impersonation_tickets.hand_over(ticket, user)
        ledger.changed(user, ticket, gettext("Handed over."))
    return handed


def withdraw(ticket: ImpersonationTicket, user: Any) -> int | None:
    """End a ticket and what it was exchanged for; return how many tokens died, None if it ended without any.

    Raise PermissionDenied for who may not.
    """
    if not may_withdraw(user, ticket):
        raise PermissionDenied
    if ticket.state in (State.DECLINED, State.EXPIRED):
        return None  # it stays on show that somebody declined
    with transaction.atomic(using=token_database()):
        died = impersonation_tickets.withdraw(ticket)
        told = ngettext("Withdrawn; %(count)d token died.", "Withdrawn; %(count)d tokens died.", died)
        ledger.changed(user, ticket, told % {"count": died})
    return died


def live_descendants(ticket: ImpersonationTicket) -> int:
    """Return how many live tokens the ticket was exchanged for, down the line."""
    return len(lineage.descendants(ticket.fingerprint, token_database())) if ticket.fingerprint else 0
