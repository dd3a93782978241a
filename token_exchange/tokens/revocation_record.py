"""The record of a cascade: what was revoked, why, and everything that died with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import uuid4

from django.utils import timezone

from token_exchange.models import ExchangedToken, ExchangeRecord

LISTED: Final = 100
"""Tokens that a record lists one by one; of more it tells the number."""


def write(fingerprint: str, dead: Sequence[str], using: str, *, because: str, subject: str = "") -> None:
    """Record that a token, and the dead ones derived from it, were revoked; `subject` where no row of ours tells."""
    listed = ExchangedToken.objects.using(using).filter(fingerprint__in=dead[:LISTED])
    first = next((token for token in listed if token.fingerprint == fingerprint), None)
    ExchangeRecord.objects.using(using).create(
        created=timezone.now(),
        request_id=uuid4().hex,
        outcome=ExchangeRecord.Outcome.REVOKED,
        reason=because,
        client_id=first.client_id if first else "",
        subject=first.subject if first else subject,
        issued_fingerprint=fingerprint,
        trace=[
            {
                "revoked": len(dead),
                "tokens": [
                    {"fingerprint": token.fingerprint, "client": token.client_id, "subject": token.subject}
                    for token in listed
                ],
            }
        ],
    )
