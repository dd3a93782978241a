"""Log what users do to tickets in the admin's log, by page, API or command line; the log never holds a value."""

from __future__ import annotations

from typing import Any

from django.apps import apps

from token_exchange.models import ImpersonationTicket


def requested(user: Any, ticket: ImpersonationTicket, message: str) -> None:
    """Log that the user requested the ticket."""
    _write(user, ticket, message, is_new=True)


def changed(user: Any, ticket: ImpersonationTicket, message: str) -> None:
    """Log that the user changed the ticket; the message says how."""
    _write(user, ticket, message, is_new=False)


def _write(user: Any, ticket: ImpersonationTicket, message: str, *, is_new: bool) -> None:
    if not apps.is_installed("django.contrib.admin"):
        return  # the columns of the ticket hold users and times as well
    from django.contrib.admin.models import ADDITION, CHANGE, LogEntry

    LogEntry.objects.log_actions(user.pk, [ticket], ADDITION if is_new else CHANGE, message)
