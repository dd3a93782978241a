"""How many live tokens something would stop: said before or after, so that nobody is surprised."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from token_exchange.models import ExchangedToken


def live_tokens() -> QuerySet[Any]:
    """Return the exchanged tokens that work now."""
    return ExchangedToken.objects.filter(revoked=None, expires__gt=timezone.now())


def live_under_policies(keys: Collection[int]) -> int:
    """Return how many live tokens were issued under these policies."""
    return live_tokens().filter(policy__in=keys).count()


def live_for_targets(names: Collection[str]) -> int:
    """Return how many live tokens are meant for any of these targets."""
    if not names:
        return 0
    wanted = set(names)
    # No lookup into JSON lists works on every database, and LIKE ignores case on some: it only preselects.
    written = Q()
    for name in names:
        written |= Q(audience_text__contains=json.dumps(name))
    rows = live_tokens().alias(audience_text=Cast("audience", TextField())).filter(written)
    return sum(not wanted.isdisjoint(audience) for audience in rows.values_list("audience", flat=True).iterator())
