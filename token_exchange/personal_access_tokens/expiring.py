"""Personal access tokens that are about to end: each owner is told once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from token_exchange.models import PersonalAccessToken
from token_exchange.personal_access_tokens import letters as notices
from token_exchange.toolkit.compat import token_database


def count(within: timedelta) -> int:
    """Return how many live tokens end within a time and have not been announced."""
    return _rows(within).count()


def announce(within: timedelta, *, batch_size: int) -> Iterator[int]:
    """Tell the owners of those tokens; after every batch yield how many were told.

    Whoever runs this twice, or twice at once, tells nobody twice: a token is marked before its letter is written.
    """
    rows = _rows(within)
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:batch_size]):
        last = batch[-1].pk
        yield sum(_announce(row) for row in batch)


def _announce(row: Any) -> bool:
    # Somebody who cannot log in can do nothing about it; on a return there may still be time to tell.
    if not row.owner.is_active:
        return False
    this = PersonalAccessToken.objects.using(token_database()).filter(
        pk=row.pk, expires=row.expires, expiry_announced=None, revoked=None
    )
    if not this.update(expiry_announced=timezone.now()):
        return False
    notices.ending(row)
    return True


def _rows(within: timedelta) -> QuerySet[PersonalAccessToken]:
    now = timezone.now()
    ending = PersonalAccessToken.objects.using(token_database()).filter(
        revoked=None, expiry_announced=None, expires__gt=now, expires__lte=now + within
    )
    return ending.select_related("owner").order_by("pk")
