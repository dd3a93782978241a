"""Where an issued token may be used: targets, and which of them a request names (RFC 8693 §2.1.1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A registered audience: one name, the resource URIs behind it, what it understands."""

    name: str
    resources: tuple[str, ...]
    scopes: frozenset[str]
    owner: str | None = None
    """Client id of its resource server."""
    max_lifetime: int | None = None
    """Seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestedTarget:
    """One target a request names, and the resource URIs of it that the token would open."""

    target: Target
    resources: tuple[str, ...]


class TargetRegistry:
    """All enabled targets, found by exact name or exact URI: case, slash and port count (RFC 8693 §5)."""

    def __init__(self, targets: Iterable[Target]) -> None:
        self.by_name: Mapping[str, Target] = {target.name: target for target in targets}
        self._by_resource = {uri: target for target in self.by_name.values() for uri in target.resources}

    def requested(
        self, audiences: Iterable[str], resources: Iterable[str]
    ) -> tuple[tuple[RequestedTarget, ...], tuple[str, ...]]:
        """Return the targets named, in the order asked, and the names and URIs that no target has.

        Nothing is refused here: unknown and forbidden are told apart by the record alone, never by the answer.
        """
        opened: dict[str, list[str]] = {}
        unknown: list[str] = []
        for name in audiences:
            if name in self.by_name:
                opened.setdefault(name, []).extend(self.by_name[name].resources)
            else:
                unknown.append(name)
        for uri in resources:
            if uri in self._by_resource:
                opened.setdefault(self._by_resource[uri].name, []).append(uri)
            else:
                unknown.append(uri)
        targets = (
            RequestedTarget(target=self.by_name[name], resources=tuple(dict.fromkeys(uris)))
            for name, uris in opened.items()
        )
        return tuple(targets), tuple(unknown)

    def names_of(self, resources: Iterable[str]) -> frozenset[str]:
        """Return the names of the targets that these resource URIs belong to, unknown ones left out."""
        return frozenset(self._by_resource[uri].name for uri in resources if uri in self._by_resource)
