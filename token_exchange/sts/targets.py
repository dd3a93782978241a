"""Describe the targets of tokens, and find those that a request names (RFC 8693 §2.1.1)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum


class TokenFormat(StrEnum):
    """Name the formats of access tokens."""

    OPAQUE = "opaque"
    """A random text that the API checks by introspection, or as part of this site."""
    JWT = "at+jwt"
    """A signed JWT that the API can check by itself (RFC 9068)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Describe a registered audience: its name, its resource URIs, and the scopes that it understands."""

    name: str
    resources: tuple[str, ...]
    scopes: frozenset[str]
    key: int = 0
    """The primary key, which distinguishes the target from a later one with the same name."""
    owner: str | None = None
    """Client id of the resource server of the target."""
    max_lifetime: int | None = None
    """The longest lifetime of a token for this target, in seconds."""
    token_format: TokenFormat = TokenFormat.OPAQUE
    pairwise_key: str = field(default="", repr=False)
    """The secret from which this target's own subjects are computed; empty if it gets the same ones as all targets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestedTarget:
    """Hold a target that a request names, with the resource URIs that the new token would contain."""

    target: Target
    resources: tuple[str, ...]
    is_whole: bool = field(default=False, compare=False)
    """True if the request named the audience, and so asks for all permitted resource URIs of the target."""

    @property
    def is_part(self) -> bool:
        """Return True if some of the target's resource URIs are missing."""
        return not set(self.resources).issuperset(self.target.resources)

    def within(self, narrowed: Mapping[str, frozenset[str]]) -> RequestedTarget:
        """Return this target; if the audience was named, without resource URIs that an earlier token did not have."""
        if not self.is_whole or self.target.name not in narrowed:
            return self
        allowed = narrowed[self.target.name]
        return replace(self, resources=tuple(uri for uri in self.resources if uri in allowed))


class TargetRegistry:
    """Find enabled targets by exact name or exact URI: case, slash and port matter (RFC 8693 §5)."""

    def __init__(self, targets: Iterable[Target]) -> None:
        self.by_name: Mapping[str, Target] = {target.name: target for target in targets}
        self.by_key: Mapping[int, Target] = {target.key: target for target in self.by_name.values()}
        self._by_resource = {uri: target for target in self.by_name.values() for uri in target.resources}

    def requested(
        self, audiences: Collection[str], resources: Iterable[str]
    ) -> tuple[tuple[RequestedTarget, ...], tuple[str, ...]]:
        """Return the requested targets in the given order, and the names and URIs that belong to no target.

        Nothing is refused here: the response must be the same for an unknown target as for a forbidden one.
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
        """Return the given resource URIs by the name of their target, for targets of which some URIs are missing."""
        whole = {name: frozenset(self.by_name[name].resources) for name in self.names_of(resources)}
        return {name: uris.intersection(resources) for name, uris in whole.items() if not uris.issubset(resources)}

    def names_of(self, resources: Iterable[str]) -> frozenset[str]:
        """Return the names of the targets that these resource URIs belong to; unknown URIs are ignored."""
        return frozenset(self._by_resource[uri].name for uri in resources if uri in self._by_resource)
