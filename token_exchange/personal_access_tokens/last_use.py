"""Record when and from which address a personal access token was used; write to its owner about a new address."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from token_exchange.models import PersonalAccessToken
from token_exchange.personal_access_tokens import letters
from token_exchange.sts.audit import ExchangeEvent
from token_exchange.sts.vocabulary import PERSONAL_ACCESS_TOKEN
from token_exchange.toolkit.compat import token_database

PRECISION: Final = timedelta(minutes=1)
"""A use this soon after the recorded one is not recorded, unless its address is new."""
MAX_ADDRESSES: Final = 32
"""The number of addresses stored for a token; the oldest are dropped."""


def record_exchange(event: ExchangeEvent, using: str) -> None:
    """Record the use of the personal access token that was exchanged, and write to its owner if the address is new.

    Do nothing after a refusal, and nothing if the subject token was of another type.
    """
    used = event.exchange.subject_token if event.exchange and event.permit else None
    if used is None or used.token_type != PERSONAL_ACCESS_TOKEN:
        return
    address = event.circumstances.address
    row = record(used.fingerprint, address)
    if row is not None and address is not None:
        letters.used_from(row, address)


def record_bearer_use(fingerprint: str, address: str | None) -> None:
    """Record the use as a bearer token, and write to the owner after the commit if the address is new."""
    row = record(fingerprint, address)
    if row is not None and address is not None:
        transaction.on_commit(lambda: letters.used_from(row, address), using=token_database(), robust=True)


def record(fingerprint: str, address: str | None) -> PersonalAccessToken | None:
    """Record that a token was used; return its row if the address differs from all those stored, else None.

    The first address of a token is stored, but not reported.
    """
    using, now = token_database(), timezone.now()
    rows = PersonalAccessToken.objects.using(using)
    row = rows.select_related("owner").filter(fingerprint=fingerprint).first()
    if row is None:
        return None
    this = rows.filter(pk=row.pk)
    if address is None or address in row.addresses:
        this.filter(Q(last_used__isnull=True) | Q(last_used__lte=now - PRECISION)).update(
            last_used=now, last_address=address
        )
        return None
    known = [*row.addresses, address][-MAX_ADDRESSES:]
    this.update(last_used=now, last_address=address, addresses=known)
    return row if row.addresses else None
