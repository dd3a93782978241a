"""Write to the users who may approve that a ticket waits for approval."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.contrib.auth import get_user_model

from token_exchange.impersonation.ticket_approval import APPROVE
from token_exchange.impersonation.tickets import State, in_state
from token_exchange.models import ImpersonationTicket
from token_exchange.toolkit.compat import token_database
from token_exchange.wording import letter

BACKEND: Final = "django.contrib.auth.backends.ModelBackend"
MAX_LETTERS: Final = 20
"""The number of approvers that receive a letter about one ticket."""


def send(ticket: ImpersonationTicket) -> None:
    """Write to the approvers, unless an earlier ticket of this requester still waits: that ticket was announced."""
    rows = ImpersonationTicket.objects.using(token_database())
    if rows.filter(in_state(State.WAITING), actor=ticket.actor_id, pk__lt=ticket.pk).exists():
        return
    facts = {"ticket": ticket, "actor": ticket.actor, "subject": ticket.subject}
    for approver in _approvers(ticket):
        letter.send(approver, "impersonation_ticket_waiting", {**facts, "approver": approver})


def _approvers(ticket: ImpersonationTicket) -> Iterable[Any]:
    manager = get_user_model()._default_manager
    if not hasattr(manager, "with_perm"):  # a site's own manager need not have Django's method
        return ()
    users = manager.db_manager(token_database()).with_perm(APPROVE, backend=BACKEND)
    return users.exclude(pk__in=[ticket.actor_id, ticket.subject_id]).order_by("is_superuser", "pk")[:MAX_LETTERS]
