"""Convert seconds since the epoch, as `sts` uses them, to and from the datetimes of the database."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from django.conf import settings
from django.utils import timezone

# A day before the last representable one, so that the moment can be converted to every time zone.
_LAST: Final = datetime(9999, 12, 30, tzinfo=UTC).timestamp()


def to_datetime(seconds: float) -> datetime:
    """Return the moment as a datetime, aware if USE_TZ is on; moments after the year 9999 become its end."""
    moment = datetime.fromtimestamp(min(seconds, _LAST), tz=UTC)
    return moment if settings.USE_TZ else timezone.make_naive(moment)


def to_seconds(moment: datetime) -> float:
    """Return the moment as seconds since the epoch."""
    return (moment if timezone.is_aware(moment) else timezone.make_aware(moment)).timestamp()
