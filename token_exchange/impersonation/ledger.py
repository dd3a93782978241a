"""Who did what to a ticket, in the admin's log, whichever way it was done; never a value."""

from __future__ import annotations

from typing import Any

from django.apps import apps

from token_exchange.models import ImpersonationTicket


def asked(user: Any, ticket: ImpersonationTicket, message: str) -> None:
    """Note that a user has asked for a ticket."""
    _write(user, ticket, message, is_new=True)


def changed(user: Any, ticket: ImpersonationTicket, message: str) -> None:
    """Note what a user has done to a ticket."""
    _write(user, ticket, message, is_new=False)


def _write(user: Any, ticket: ImpersonationTicket, message: str, *, is_new: bool) -> None:
    if not apps.is_installed("django.contrib.admin"):
        return  # the ticket's own columns tell who and when
    from django.contrib.admin.models import ADDITION, CHANGE, LogEntry

    LogEntry.objects.log_actions(user.pk, [ticket], ADDITION if is_new else CHANGE, message)
