"""Show the e-mails of the site instead of sending them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.dispatch import Signal

written = Signal()
"""Signal that is sent with each `letter`."""


class Postbox(BaseEmailBackend):
    """An e-mail backend that sends nothing."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Send the signal for each e-mail."""
        for letter in email_messages:
            written.send(sender=type(self), letter=letter)
        return len(email_messages)


@contextmanager
def collected() -> Iterator[list[EmailMessage]]:
    """Collect the e-mails that are written inside the block."""
    letters: list[EmailMessage] = []

    def collect(sender: Any, letter: EmailMessage, **kwargs: Any) -> None:
        letters.append(letter)

    written.connect(collect)
    try:
        yield letters
    finally:
        written.disconnect(collect)
