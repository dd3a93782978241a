"""Let a second user approve or decline a ticket; the approval counts as long as that user may approve tickets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from token_exchange.impersonation import ticket_log, tickets
from token_exchange.impersonation.tickets import State, in_state
from token_exchange.models import ImpersonationTicket
from token_exchange.sts.parties import Account
from token_exchange.sts.permission import PermittedActor
from token_exchange.toolkit.compat import token_database

APPROVE: Final = "token_exchange.approve_impersonationticket"
"""The Django permission to approve and decline tickets of other users."""


def may_approve(user: Any) -> bool:
    """Return True if the user may approve and decline tickets of other users."""
    return bool(user.is_active and user.has_perm(APPROVE))


def may_decide_on(user: Any, ticket: ImpersonationTicket) -> bool:
    """Return True if the user may approve or decline this ticket: neither the requester nor the subject may."""
    return may_approve(user) and user.pk not in (ticket.actor_id, ticket.subject_id)


def visible_to(user: Any) -> QuerySet[ImpersonationTicket]:
    """Return the tickets that a user may see: all for a user who may approve, else the user's own."""
    rows = ImpersonationTicket.objects.using(token_database()).select_related("actor", "subject", "approver")
    return rows if may_approve(user) else rows.filter(actor=user.pk)


def pending_for(user: Any) -> QuerySet[ImpersonationTicket]:
    """Return the user's own tickets and, for a user who may approve, all that wait for approval."""
    return visible_to(user).filter(Q(actor=user.pk) | in_state(State.WAITING))


def decide(ticket: ImpersonationTicket, user: Any, *, approves: bool) -> bool:
    """Approve or decline a ticket and log it; return False, and change nothing, if the ticket does not wait for that.

    Raise PermissionDenied if the user may not decide on the ticket.
    """
    if not may_decide_on(user, ticket):
        raise PermissionDenied
    with transaction.atomic(using=token_database()):
        is_decided = tickets.decide(ticket, user, approves=approves)
        if is_decided:
            ticket_log.changed(user, ticket, gettext("Approved.") if approves else gettext("Declined."))
    return is_decided


def confirmed(
    permitted_actor: PermittedActor, ticket: ImpersonationTicket, accounts: Mapping[str, Account]
) -> PermittedActor:
    """Return the permitted actor with what the ticket holds now: reason, reference, and an approval that still counts.

    `accounts` holds the approver, if there is one, with rights and by key.
    """
    approver = accounts.get(str(ticket.approver_id)) if ticket.approver_id else None
    return replace(
        permitted_actor,
        has_reason=bool(ticket.reason.strip()),
        has_reference=bool(ticket.reference.strip()),
        is_approved=ticket.approved is not None and ticket.declined is None and _still_approves(approver, ticket),
    )


def _still_approves(approver: Account | None, ticket: ImpersonationTicket) -> bool:
    """Return True if the approver is active and still may approve: an approval ends when that right ends."""
    if approver is None or approver.rights is None or not approver.is_active:
        return False
    if approver.key in (str(ticket.actor_id), str(ticket.subject_id)):
        return False
    return approver.rights.is_superuser or APPROVE in approver.rights.permissions
