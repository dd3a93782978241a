"""Seconds since the epoch, as the domain counts, to and from the database's date and time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from django.conf import settings
from django.utils import timezone

# A day before the last one that a date has, so that the moment exists in every time zone.
_LAST: Final = datetime(9999, 12, 30, tzinfo=UTC).timestamp()


def to_datetime(seconds: float) -> datetime:
    """Return the moment as the site stores it, aware or not; what lies later than any date is the last one."""
    moment = datetime.fromtimestamp(min(seconds, _LAST), tz=UTC)
    return moment if settings.USE_TZ else timezone.make_naive(moment)


def to_seconds(moment: datetime) -> float:
    """Return the moment as seconds since the epoch."""
    return (moment if timezone.is_aware(moment) else timezone.make_aware(moment)).timestamp()
