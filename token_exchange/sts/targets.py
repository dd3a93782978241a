"""Where an issued token may be used: targets, and which of them a request names (RFC 8693 §2.1.1)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A registered audience: one name, the resource URIs behind it, what it understands."""

    name: str
    resources: tuple[str, ...]
    scopes: frozenset[str]
    key: int = 0
    """What tells it from another target that bears its name later."""
    owner: str | None = None
    """Client id of its resource server."""
    max_lifetime: int | None = None
    """Seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestedTarget:
    """One target a request names, and the resource URIs of it that the token would open."""

    target: Target
    resources: tuple[str, ...]
    is_whole: bool = field(default=False, compare=False)
    """True if the request named the audience, and so asks for whatever of it may be opened."""

    @property
    def is_part(self) -> bool:
        """True if this opens some of the target's resource URIs and not all of them."""
        return not set(self.resources).issuperset(self.target.resources)

    def within(self, narrowed: Mapping[str, frozenset[str]]) -> RequestedTarget:
        """Return this target with no more resource URIs than an earlier token of the lineage had, if it is whole."""
        if not self.is_whole or self.target.name not in narrowed:
            return self
        allowed = narrowed[self.target.name]
        return replace(self, resources=tuple(uri for uri in self.resources if uri in allowed))


class TargetRegistry:
    """All enabled targets, found by exact name or exact URI: case, slash and port count (RFC 8693 §5)."""

    def __init__(self, targets: Iterable[Target]) -> None:
        self.by_name: Mapping[str, Target] = {target.name: target for target in targets}
        self.by_key: Mapping[int, Target] = {target.key: target for target in self.by_name.values()}
        self._by_resource = {uri: target for target in self.by_name.values() for uri in target.resources}

    def requested(
        self, audiences: Collection[str], resources: Iterable[str]
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
            RequestedTarget(
                target=self.by_name[name], resources=tuple(dict.fromkeys(uris)), is_whole=name in set(audiences)
            )
            for name, uris in opened.items()
        )
        return tuple(targets), tuple(unknown)

    def names_at(self, keys: Iterable[int]) -> frozenset[str]:
        """Return the names of the enabled targets that have these keys."""
        return frozenset(self.by_key[key].name for key in keys if key in self.by_key)

    def narrowed_by(self, resources: Collection[str]) -> dict[str, frozenset[str]]:
        """Return, by the name of each target of which some resource URIs are among these and some are not, those."""
        whole = {name: frozenset(self.by_name[name].resources) for name in self.names_of(resources)}
        return {name: uris.intersection(resources) for name, uris in whole.items() if not uris.issubset(resources)}

    def names_of(self, resources: Iterable[str]) -> frozenset[str]:
        """Return the names of the targets that these resource URIs belong to, unknown ones left out."""
        return frozenset(self._by_resource[uri].name for uri in resources if uri in self._by_resource)
