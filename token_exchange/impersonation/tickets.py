"""Read and write the rows of impersonation tickets: create, decide, assign the value, use, withdraw.

No function here checks permissions: the module of each step checks them, and then calls these functions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from token_exchange.models import ImpersonationTicket, Target
from token_exchange.tokens import lineage
from token_exchange.toolkit import token_values
from token_exchange.toolkit.compat import token_database
from token_exchange.toolkit.timestamps import to_datetime

State = ImpersonationTicket.State

PREFIX: Final = "tximp_"
"""The first characters of every value, by which scanners of source code and logs find it."""
LIFETIME: Final = timedelta(minutes=10)
"""The time from collecting a ticket to the end of the ticket and of the tokens that it is exchanged for."""
TIME_TO_COLLECT: Final = timedelta(hours=1)
"""The time in which a ticket must be approved and collected before it expires."""


def create(*, targets: Iterable[Target], **columns: Any) -> ImpersonationTicket:
    """Insert a ticket with these targets and columns; it expires unless it is collected in time."""
    using = token_database()
    with transaction.atomic(using=using):
        expires = timezone.now() + TIME_TO_COLLECT
        ticket: ImpersonationTicket = ImpersonationTicket.objects.using(using).create(expires=expires, **columns)
        ticket.targets.set(targets)
    return ticket


def in_state(state: str) -> Q:
    """Return the condition under which a ticket is in this state now, as `ImpersonationTicket.state` computes it."""
    conditions = (
        (State.USED, Q(used__isnull=False)),
        (State.WITHDRAWN, Q(revoked__isnull=False)),
        (State.DECLINED, Q(declined__isnull=False)),
        (State.EXPIRED, Q(expires__lte=timezone.now())),
        (State.READY, Q(fingerprint__isnull=False)),
        (State.APPROVED, Q(approved__isnull=False) | Q(approval_required=False)),
    )
    no_earlier_state = Q()
    for candidate, condition in conditions:
        if candidate == state:
            return no_earlier_state & condition
        no_earlier_state &= ~condition
    return no_earlier_state


def decide(ticket: ImpersonationTicket, approver: Any, *, approves: bool) -> bool:
    """Store the decision; return False, and store nothing, unless the ticket waits for one. One statement."""
    decision = {"approved" if approves else "declined": timezone.now()}
    return bool(_rows(ticket).filter(in_state(State.WAITING)).update(approver=approver, **decision))


def assign_value(ticket: ImpersonationTicket) -> str | None:
    """Give the ticket its value and return it; None if the ticket is not approved, has a value or has ended.

    Of several calls at once one succeeds: the condition and the change are one statement.
    """
    value = token_values.generate(PREFIX)
    collectable = _rows(ticket).filter(in_state(State.APPROVED))
    if not collectable.update(fingerprint=token_values.fingerprint(value), expires=timezone.now() + LIFETIME):
        return None
    ticket.refresh_from_db()
    return value


def withdraw(ticket: ImpersonationTicket, *, because: str = "ticket_withdrawn") -> int:
    """Revoke a ticket, used or not, and its descendants; return the number of tokens revoked with it."""
    using = token_database()
    with transaction.atomic(using=using):
        _rows(ticket).filter(revoked__isnull=True).update(revoked=timezone.now())
        ticket.refresh_from_db(fields=["revoked", "fingerprint"])
        return lineage.revoke_descendants(ticket.fingerprint, using, because=because) if ticket.fingerprint else 0


def find(value: str) -> ImpersonationTicket | None:
    """Return the ticket with this value, in any state; a value with a wrong checksum costs no statement."""
    if not token_values.is_well_formed(value, PREFIX):
        return None
    rows = ImpersonationTicket.objects.using(token_database()).select_related("actor", "subject", "approver")
    return rows.filter(fingerprint__in=token_values.fingerprints(value)).first()


def of_fingerprint(fingerprint: str, using: str) -> ImpersonationTicket | None:
    """Return the ticket that a lineage began with; None if it was withdrawn or has expired. One statement."""
    rows = ImpersonationTicket.objects.using(using).filter(fingerprint=fingerprint, revoked__isnull=True)
    return rows.filter(expires__gt=timezone.now()).first()


def use(fingerprint: str, using: str) -> bool:
    """Mark a ticket as used; return False if it was used already or has ended. Of several calls at once one succeeds.

    The condition and the change are one statement.
    """
    unused = ImpersonationTicket.objects.using(using).filter(
        fingerprint=fingerprint, used__isnull=True, revoked__isnull=True, expires__gt=timezone.now()
    )
    return bool(unused.update(used=timezone.now()))


def release(fingerprint: str, using: str) -> None:
    """Mark a ticket as unused again, because the exchange that used it issued no token."""
    ImpersonationTicket.objects.using(using).filter(fingerprint=fingerprint).update(used=None)


def active(fingerprints: Collection[str], now: float, using: str) -> dict[str, ImpersonationTicket]:
    """Return the tickets with these fingerprints that are neither withdrawn nor expired, by fingerprint."""
    rows = ImpersonationTicket.objects.using(using).filter(fingerprint__in=fingerprints, revoked__isnull=True)
    return {row.fingerprint: row for row in rows.filter(expires__gt=to_datetime(now)) if row.fingerprint}


def _rows(ticket: ImpersonationTicket) -> QuerySet[ImpersonationTicket]:
    return ImpersonationTicket.objects.using(token_database()).filter(pk=ticket.pk)
