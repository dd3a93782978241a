"""Print a line for every exchange that the reader tries while the demo serves."""

from __future__ import annotations

import logging
from typing import Any

from django.core.mail import EmailMessage
from django.utils import timezone

from demo_project import letters
from demo_project.terminal import GREEN, RED, Terminal
from token_exchange import signals
from token_exchange.models import ExchangeRecord


class LiveLines:
    """Print a line for each signal that follows an answer of the token endpoint."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal

    def start(self) -> None:
        """Listen to the signals, as long as this object exists."""
        signals.exchange_granted.connect(self._granted)
        signals.exchange_refused.connect(self._refused)
        letters.written.connect(self._written)

    def _granted(self, sender: Any, record: ExchangeRecord, **kwargs: Any) -> None:
        whom = record.subject_name or record.subject  # a workload has no username
        what = f"{record.actor or record.client_id} for {whom}: {' '.join(record.audience)}"
        self._terminal.line(f"   {_time()}  ✓ {what}, {record.granted_scope}", GREEN)

    def _refused(self, sender: Any, record: ExchangeRecord, **kwargs: Any) -> None:
        who = record.client_id or "unknown client"
        self._terminal.line(f"   {_time()}  ✗ {who}: {record.error} ({record.reason})", RED)

    def _written(self, sender: Any, letter: EmailMessage, **kwargs: Any) -> None:
        self._terminal.line(f"   {_time()}  e-mail to {', '.join(letter.to)}: {letter.subject}")


def _time() -> str:
    return timezone.localtime().strftime("%H:%M:%S")


def quieten() -> None:
    """Suppress the log lines of refused requests, because the demo shows them itself."""
    for name in ("django.request", "django.server", "token_exchange", "oauth2_provider", "oauthlib"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
