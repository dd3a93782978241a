"""What the site writes to people: the demo sends nothing, and tells of it instead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.dispatch import Signal

written = Signal()
"""Sent with each `letter`."""


class Postbox(BaseEmailBackend):
    """Takes letters, and delivers none."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Tell whoever listens."""
        for letter in email_messages:
            written.send(sender=type(self), letter=letter)
        return len(email_messages)


@contextmanager
def collected() -> Iterator[list[EmailMessage]]:
    """Collect the letters that are written meanwhile."""
    letters: list[EmailMessage] = []

    def collect(sender: Any, letter: EmailMessage, **kwargs: Any) -> None:
        letters.append(letter)

    written.connect(collect)
    try:
        yield letters
    finally:
        written.disconnect(collect)
