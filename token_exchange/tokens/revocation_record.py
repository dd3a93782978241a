"""Record the revocation of a token: the reason, and the descendants that were revoked with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import uuid4

from django.utils import timezone

from token_exchange.models import ExchangedToken, ExchangeRecord

MAX_LISTED: Final = 100
"""The number of tokens that a record lists one by one; the total is recorded beside them."""


def write(fingerprint: str, revoked: Sequence[str], using: str, *, because: str, subject: str = "") -> None:
    """Record that the token with this fingerprint was revoked, and all `revoked` ones with it.

    `subject` is used if no exchange issued the token, because then no row here holds its subject.
    """
    listed = ExchangedToken.objects.using(using).filter(fingerprint__in=revoked[:MAX_LISTED])
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
                "revoked": len(revoked),
                "tokens": [
                    {"fingerprint": token.fingerprint, "client": token.client_id, "subject": token.subject}
                    for token in listed
                ],
            }
        ],
    )
