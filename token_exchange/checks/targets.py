"""Check that each audience name and each resource URI belongs to one target only (RFC 8693 §2.1)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, Warning, register

from token_exchange.checks.tables import are_migrated
from token_exchange.models import Target
from token_exchange.policies.nested_targets import Named, are_texts, nestings


@register(Tags.database)
def check_targets(databases: Collection[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Report names and URIs of several enabled targets: rows may be saved without the form, which refuses them."""
    from token_exchange.toolkit.compat import token_database

    using = token_database()
    if not are_migrated(databases, using, Target):
        return []
    rows = Target.objects.using(using).filter(enabled=True).order_by("pk").values_list("name", "resources")
    enabled = [(name, resources) for name, resources in rows if are_texts(resources)]
    return [*_shared(enabled, using), *_nested(enabled)]


def _shared(enabled: list[Named], using: str) -> list[CheckMessage]:
    return [
        Error(
            f"{shared} belongs to more than one target.",
            hint="Remove it from all targets but one. To disable this target until then, run in `manage.py shell`:\n"
            "from token_exchange.models import Target\n"
            f"Target.objects.using({using!r}).filter(name={name!r}).update(enabled=False)",
            id="token_exchange.E010",
        )
        for shared, name in repetitions(enabled)
    ]


def _nested(enabled: list[Named]) -> list[CheckMessage]:
    return [
        Warning(
            f"The resource {inner!r} of target {below!r} lies below {outer!r} of target {above!r}.",
            hint="A resource server that compares only the beginning of the URI accepts tokens of one target for the "
            "other. Change one of the URIs, so that neither is the beginning of the other.",
            id="token_exchange.W023",
        )
        for above, outer, below, inner in nestings(enabled)
    ]


def repetitions(targets: Iterable[Named]) -> Iterator[tuple[str, str]]:
    """Yield each name or URI that an earlier target has too, with the name of the later target."""
    seen: set[str] = set()
    for name, resources in targets:
        own = {f"The audience name {name!r}", *(f"The resource {uri!r}" for uri in resources)}
        yield from ((shared, name) for shared in sorted(own & seen))
        seen |= own
