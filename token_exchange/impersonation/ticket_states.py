"""How far impersonation tickets have come, as conditions of the database: what `ImpersonationTicket.state` says."""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone

from token_exchange.models import ImpersonationTicket

State = ImpersonationTicket.State


def in_state(state: str) -> Q:
    """Return the condition that a ticket is in this state now: it holds, and none that comes before it does."""
    ended = (
        (State.USED, Q(used__isnull=False)),
        (State.WITHDRAWN, Q(revoked__isnull=False)),
        (State.DECLINED, Q(declined__isnull=False)),
        (State.EXPIRED, Q(expires__lte=timezone.now())),
        (State.READY, Q(fingerprint__isnull=False)),
        (State.APPROVED, Q(approved__isnull=False) | Q(needs_approval=False)),
    )
    before = Q()
    for holds, condition in ended:
        if holds == state:
            return before & condition
        before &= ~condition
    return before
