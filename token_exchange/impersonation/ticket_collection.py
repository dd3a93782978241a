"""Collect an approved ticket: its requester sees the value once, and has ten minutes to use it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_variables

from token_exchange.impersonation import ticket_log, tickets
from token_exchange.models import ImpersonationTicket
from token_exchange.toolkit.compat import token_database


@dataclass(frozen=True, slots=True)
class CollectedTicket:
    """Hold a ticket and its value, which the requester sees once; the database stores only a keyed hash of it."""

    ticket: ImpersonationTicket
    value: str = field(repr=False)


@sensitive_variables()
def collect(ticket: ImpersonationTicket, user: Any) -> CollectedTicket | None:
    """Give the ticket its value and return it; None if it is not approved, was collected before or has ended.

    Raise PermissionDenied unless the user is the active requester of the ticket.
    """
    if user.pk != ticket.actor_id or not user.is_active:
        raise PermissionDenied
    with transaction.atomic(using=token_database()):
        value = tickets.assign_value(ticket)
        if value is None:
            return None
        ticket_log.changed(user, ticket, gettext("Collected."))
    return CollectedTicket(ticket, value)
