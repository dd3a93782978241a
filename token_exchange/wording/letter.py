"""Send an e-mail to one user, from a pair of templates."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from smtplib import SMTPException
from typing import Any

from django.core.mail import send_mail
from django.template.loader import render_to_string

from token_exchange.wording.plain_text import without_hidden

logger = logging.getLogger("token_exchange")


def send(user: Any, letter: str, context: Mapping[str, object]) -> None:
    """Send the letter in the active language, if the user has an e-mail address.

    `letter` names the templates `token_exchange/notices/<letter>_subject.txt` and `<letter>.txt`, which a site may
    replace. Invisible characters and direction overrides are removed from names and reasons. A failure of the mail
    server is logged and not raised, because the event that the letter reports has already happened.
    """
    address = getattr(user, user.get_email_field_name(), "")
    if not address:
        return
    facts = {"user": user, **context}
    subject = " ".join(without_hidden(render_to_string(f"token_exchange/notices/{letter}_subject.txt", facts)).split())
    body = without_hidden(render_to_string(f"token_exchange/notices/{letter}.txt", facts))
    try:
        send_mail(subject, body, None, [address])
    except (OSError, SMTPException):
        logger.exception("A letter was not sent.", extra={"letter": letter})
