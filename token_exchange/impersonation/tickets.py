"""Impersonation tickets at rest: asked for, decided on, handed over once, used once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from token_exchange.impersonation import verdict as impersonation
from token_exchange.models import ImpersonationPermission, ImpersonationTicket, Target
from token_exchange.sts.parties import Account
from token_exchange.sts.permission import PermittedActor
from token_exchange.tokens import lineage
from token_exchange.toolkit import token_values
from token_exchange.toolkit.compat import token_database
from token_exchange.toolkit.timestamps import to_datetime

APPROVE: Final = "token_exchange.approve_impersonationticket"
"""The permission of Django with which a second person approves."""
PREFIX: Final = "tximp_"
"""How every value begins, for scanners of source code and logs."""
LIFETIME: Final = timedelta(minutes=10)
"""From handing over to the end of whatever the ticket was exchanged for."""
PATIENCE: Final = timedelta(hours=1)
"""Within this time it is decided on and handed over, or it is void."""


@dataclass(frozen=True, slots=True)
class CollectedTicket:
    """A ticket, and the value that nobody will be shown again."""

    ticket: ImpersonationTicket
    value: str = field(repr=False)


def request(
    actor: Any,
    subject: Any,
    *,
    targets: Iterable[Target],
    scopes: Iterable[str],
    reason: str = "",
    reference: str = "",
    context: Mapping[str, object] | None = None,
) -> ImpersonationTicket:
    """Ask for a ticket by which `actor` may act as `subject`; raise PermissionDenied if no permission allows it."""
    using, targets, scopes = token_database(), list(targets), sorted(set(scopes))
    permission = _permission(actor, subject, targets, scopes, using)
    if (permission.reason_required and not reason.strip()) or (permission.reference_required and not reference.strip()):
        raise PermissionDenied
    with transaction.atomic(using=using):
        ticket = ImpersonationTicket.objects.using(using).create(
            permission=permission,
            actor=actor,
            subject=subject,
            scopes=scopes,
            reason=reason,
            reference=reference,
            context=dict(context or {}),
            needs_approval=permission.approval_required,
            expires=timezone.now() + PATIENCE,
        )
        ticket.targets.set(targets)
    return ticket


def _permission(
    actor: Any, subject: Any, targets: list[Target], scopes: list[str], using: str
) -> ImpersonationPermission:
    allowing = impersonation.verdict(actor, subject, targets=targets, scopes=scopes).permission
    if allowing is None:
        raise PermissionDenied
    permission: ImpersonationPermission = ImpersonationPermission.objects.using(using).get(pk=allowing.key)
    return permission


def decide(ticket: ImpersonationTicket, approver: Any, *, approves: bool) -> bool:
    """Approve or decline a ticket that waits; tell whether this decision counted.

    Raise PermissionDenied for the requester, for the subject, and for whoever may not approve.
    """
    may = approver.is_active and approver.has_perm(APPROVE)
    if not may or approver.pk in (ticket.actor_id, ticket.subject_id):
        raise PermissionDenied
    now = timezone.now()
    waiting = _open(ticket).filter(needs_approval=True, approved__isnull=True)
    verdict = {"approved": now} if approves else {"declined": now}
    return bool(waiting.update(approver=approver, **verdict))


def hand_over(ticket: ImpersonationTicket, actor: Any) -> CollectedTicket:
    """Give the ticket its value and ten minutes, once.

    Raise PermissionDenied for anybody but its actor, and before it has been approved where it needs to be.
    """
    if actor.pk != ticket.actor_id or not actor.is_active:
        raise PermissionDenied
    value = token_values.generate(PREFIX)
    decided = _open(ticket).filter(Q(needs_approval=False) | Q(approved__isnull=False))
    if not decided.update(fingerprint=token_values.fingerprint(value), expires=timezone.now() + LIFETIME):
        raise PermissionDenied
    ticket.refresh_from_db()
    return CollectedTicket(ticket, value)


def withdraw(ticket: ImpersonationTicket, *, because: str = "ticket_withdrawn") -> int:
    """End a ticket, used or not, and whatever it was exchanged for; return how many tokens died."""
    using = token_database()
    rows = ImpersonationTicket.objects.using(using).filter(pk=ticket.pk, revoked__isnull=True)
    with transaction.atomic(using=using):
        rows.update(revoked=timezone.now())
        ticket.refresh_from_db(fields=["revoked", "fingerprint"])
        return lineage.revoke_descendants(ticket.fingerprint, using, because=because) if ticket.fingerprint else 0


def find(value: str) -> ImpersonationTicket | None:
    """Return the ticket of a value, in whatever state; a value with a wrong checksum costs no statement."""
    if not token_values.is_well_formed(value, PREFIX):
        return None
    rows = ImpersonationTicket.objects.using(token_database()).select_related("actor", "subject", "approver")
    return rows.filter(fingerprint__in=token_values.fingerprints(value)).first()


def of_fingerprint(fingerprint: str, using: str) -> ImpersonationTicket | None:
    """Return the ticket at the beginning of a lineage, None if it was withdrawn or has expired; one statement."""
    rows = ImpersonationTicket.objects.using(using).filter(fingerprint=fingerprint, revoked__isnull=True)
    return rows.filter(expires__gt=timezone.now()).first()


def with_ticket_facts(
    ticket: ImpersonationTicket, permitted_actor: PermittedActor, accounts: Mapping[str, Account]
) -> PermittedActor:
    """Return the permitted actor with the current facts of the ticket: reason, reference, and a valid approval."""
    approver = accounts.get(str(ticket.approver_id)) if ticket.approver_id else None
    return replace(
        permitted_actor,
        has_reason=bool(ticket.reason.strip()),
        has_reference=bool(ticket.reference.strip()),
        is_approved=ticket.approved is not None and ticket.declined is None and _may_approve(approver, ticket),
    )


def _may_approve(approver: Account | None, ticket: ImpersonationTicket) -> bool:
    """True if the approver is active and still has the right; an approval lasts no longer than that."""
    if approver is None or approver.rights is None or not approver.is_active:
        return False
    if approver.key in (str(ticket.actor_id), str(ticket.subject_id)):
        return False
    return approver.rights.is_superuser or APPROVE in approver.rights.permissions


def use(fingerprint: str, using: str) -> bool:
    """Use a ticket up, in one statement: of several at once one succeeds."""
    unused = ImpersonationTicket.objects.using(using).filter(
        fingerprint=fingerprint, used__isnull=True, revoked__isnull=True, expires__gt=timezone.now()
    )
    return bool(unused.update(used=timezone.now()))


def release(fingerprint: str, using: str) -> None:
    """Make a ticket unused again, of which a claim was taken back because nothing was minted for it."""
    ImpersonationTicket.objects.using(using).filter(fingerprint=fingerprint).update(used=None)


def status(fingerprints: Collection[str], now: float, using: str) -> set[str]:
    """Return those of the fingerprints whose ticket has been neither withdrawn nor outlived."""
    rows = ImpersonationTicket.objects.using(using).filter(fingerprint__in=fingerprints, revoked__isnull=True)
    return {row for row in rows.filter(expires__gt=to_datetime(now)).values_list("fingerprint", flat=True) if row}


def _open(ticket: ImpersonationTicket) -> QuerySet[ImpersonationTicket]:
    return ImpersonationTicket.objects.using(token_database()).filter(
        pk=ticket.pk,
        fingerprint__isnull=True,
        declined__isnull=True,
        revoked__isnull=True,
        expires__gt=timezone.now(),
    )
