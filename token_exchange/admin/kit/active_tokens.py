"""Count the active tokens that a change would stop, so that a page can say so before or after."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from token_exchange.models import ExchangedToken


def active_tokens() -> QuerySet[Any]:
    """Return the exchanged tokens that are neither revoked nor expired."""
    return ExchangedToken.objects.filter(revoked=None, expires__gt=timezone.now())


def active_under_policies(keys: Collection[int]) -> int:
    """Return the number of active tokens that were issued under these policies."""
    return active_tokens().filter(policy__in=keys).count()


def active_for_targets(names: Collection[str]) -> int:
    """Return the number of active tokens whose audience holds one of these targets."""
    if not names:
        return 0
    wanted = set(names)
    # No lookup in JSON lists works on every database. LIKE does, but ignores case on some: it only preselects.
    written = Q()
    for name in names:
        written |= Q(audience_text__contains=json.dumps(name))
    rows = active_tokens().alias(audience_text=Cast("audience", TextField())).filter(written)
    return sum(not wanted.isdisjoint(audience) for audience in rows.values_list("audience", flat=True).iterator())
