"""What the second person is told: that a ticket waits for approval."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.utils import timezone

from token_exchange.impersonation.tickets import APPROVE
from token_exchange.models import ImpersonationTicket
from token_exchange.toolkit.compat import token_database
from token_exchange.wording import letter

BACKEND: Final = "django.contrib.auth.backends.ModelBackend"
MOST: Final = 20
"""Letters about one ticket."""


def waiting(ticket: ImpersonationTicket) -> None:
    """Write to those who may approve, unless another ticket of the same user waits: they have been told of that one."""
    others = ImpersonationTicket.objects.using(token_database()).filter(
        actor=ticket.actor_id,
        needs_approval=True,
        approved__isnull=True,
        declined__isnull=True,
        revoked__isnull=True,
        expires__gt=timezone.now(),
        pk__lt=ticket.pk,
    )
    if others.exists():
        return
    facts = {"ticket": ticket, "actor": ticket.actor, "subject": ticket.subject}
    for approver in _approvers(ticket):
        letter.send(approver, "impersonation_ticket_waiting", {**facts, "approver": approver})


def _approvers(ticket: ImpersonationTicket) -> Iterable[Any]:
    manager = get_user_model()._default_manager
    if not hasattr(manager, "with_perm"):  # a site's own manager, which cannot be asked
        return ()
    users = manager.db_manager(token_database()).with_perm(APPROVE, backend=BACKEND)
    return users.exclude(pk__in=[ticket.actor_id, ticket.subject_id]).order_by("is_superuser", "pk")[:MOST]
