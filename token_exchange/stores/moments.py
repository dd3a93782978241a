"""Seconds since the epoch, as the domain counts, to and from the database's date and time."""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings
from django.utils import timezone


def to_datetime(seconds: float) -> datetime:
    """Return the moment as the site stores it, aware or not."""
    moment = datetime.fromtimestamp(seconds, tz=UTC)
    return moment if settings.USE_TZ else timezone.make_naive(moment)


def to_seconds(moment: datetime) -> float:
    """Return the moment as seconds since the epoch."""
    return (moment if timezone.is_aware(moment) else timezone.make_aware(moment)).timestamp()
