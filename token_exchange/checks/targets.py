"""An audience name and a resource URI each mean one thing on this server (RFC 8693 §2.1)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from token_exchange.models import Target

Named = tuple[str, list[str]]
"""A target's name and its resource URIs."""


@register(Tags.database)
def check_targets(databases: Collection[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """The forms refuse a second meaning; rows written past them are found here."""
    from token_exchange.provider.compat import token_database

    using = token_database()
    # `migrate` runs the checks too, before there is a table.
    if using not in (databases or ()) or Target._meta.db_table not in connections[using].introspection.table_names():
        return []
    enabled = Target.objects.using(using).filter(enabled=True).order_by("pk").values_list("name", "resources")
    return [
        Error(
            f"{shared} belongs to more than one target.",
            hint="Give it to one target only. To close the other one until then, paste into `manage.py shell`:\n"
            "from token_exchange.models import Target\n"
            f"Target.objects.using({using!r}).filter(name={name!r}).update(enabled=False)",
            id="token_exchange.E010",
        )
        for shared, name in repetitions(enabled)
    ]


def repetitions(targets: Iterable[Named]) -> Iterator[tuple[str, str]]:
    """Yield each name or URI that an earlier target has, and the later target's name."""
    seen: set[str] = set()
    for name, resources in targets:
        own = {f"The audience name {name!r}", *(f"The resource {uri!r}" for uri in resources)}
        yield from ((shared, name) for shared in sorted(own & seen))
        seen |= own
