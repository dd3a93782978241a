"""Write to the owners of personal access tokens that expire soon, once for each token."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from token_exchange.models import PersonalAccessToken
from token_exchange.personal_access_tokens import letters
from token_exchange.toolkit.compat import token_database


def count(within: timedelta) -> int:
    """Return the number of unrevoked tokens that expire within this time and have not been announced."""
    return _rows(within).count()


def announce(within: timedelta, *, batch_size: int) -> Iterator[int]:
    """Write to the owners of the tokens that `count` counts; yield the number of letters after each batch.

    A token is marked before its letter is written, so two runs, even at the same time, send one letter.
    """
    rows = _rows(within)
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:batch_size]):
        last = batch[-1].pk
        yield sum(_announce(row) for row in batch)


def _announce(row: Any) -> bool:
    # An inactive owner cannot log in to renew the token. If the owner becomes active in time, a later run writes.
    if not row.owner.is_active:
        return False
    unannounced = PersonalAccessToken.objects.using(token_database()).filter(
        pk=row.pk, expires=row.expires, expiry_announced=None, revoked=None
    )
    if not unannounced.update(expiry_announced=timezone.now()):
        return False
    letters.ending(row)
    return True


def _rows(within: timedelta) -> QuerySet[PersonalAccessToken]:
    now = timezone.now()
    ending = PersonalAccessToken.objects.using(token_database()).filter(
        revoked=None, expiry_announced=None, expires__gt=now, expires__lte=now + within
    )
    return ending.select_related("owner").order_by("pk")
