"""Check policies and permissions for values that this version does not know, and for parties that were deleted."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register

from token_exchange.checks.tables import are_migrated
from token_exchange.models import ExchangePolicy, ImpersonationPermission, Target, TrustedIssuer
from token_exchange.models.named_kinds import filled_lists, lost
from token_exchange.sts.policy import Effect


@register(Tags.database)
def check_rules(databases: Collection[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Warn about rows that permit nothing, or deny nothing any more, although no request fails with an error."""
    from token_exchange.toolkit.compat import token_database

    using = token_database()
    if not are_migrated(databases, using, Target, ExchangePolicy, ImpersonationPermission, TrustedIssuer):
        return []
    return [*_unreadable(using), *_without_parties(using)]


def _unreadable(using: str) -> Iterator[CheckMessage]:
    from token_exchange.configuration import snapshot

    for row in snapshot.unreadable_rows(using):
        model = row.model
        yield Warning(
            f"The {model._meta.verbose_name} {row.name!r} has values that this version does not know: "
            f"{', '.join(row.fields)}. If it permits, it now permits nothing; if it denies, it denies everything that "
            "it might have denied.",
            hint="Correct it in the admin. To disable it until then, run in `manage.py shell`:\n"
            f"from token_exchange.models import {model.__name__}\n"
            f"{model.__name__}.objects.using({using!r}).filter(pk={row.key}).update(enabled=False)",
            id="token_exchange.W021",
        )


def _without_parties(using: str) -> Iterator[CheckMessage]:
    for model in (ExchangePolicy, ImpersonationPermission):
        rows = list(model.objects.using(using).filter(effect=Effect.DENY.value))
        filled = filled_lists(model, [row.pk for row in rows], using)
        for row in rows:
            if kinds := lost(row, filled.get(row.pk, set())):
                yield Warning(
                    f"The {model._meta.verbose_name} {row.name!r} denies nothing any more: "
                    f"everything that it named was deleted ({', '.join(kinds)}).",
                    hint="Delete it in the admin, or add to its lists there.",
                    id="token_exchange.W022",
                )
