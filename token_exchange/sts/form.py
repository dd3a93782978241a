"""Read the form of a request once, before anything in it is checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """Hold the unchecked parameters of one request; no traceback shows their content."""

    pairs: tuple[tuple[str, str], ...] = field(repr=False)
    """Every name with its value, in the order of the body; empty values and unknown names are included."""
    values: Mapping[str, list[str]] = field(repr=False)
    """The values of each name, without empty ones: those count as absent parameters (RFC 6749 §3.2)."""
    repeated: Mapping[str, int] = field(repr=False)
    """The names that came more than once, each with the position in `pairs` of its first repetition."""

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> Form:
        """Return the form that consists of these pairs of name and value."""
        pairs = tuple(pairs)
        values: dict[str, list[str]] = {}
        repeated: dict[str, int] = {}
        seen: dict[str, bool] = {}
        for position, (name, value) in enumerate(pairs):
            if name in seen and name not in repeated:
                repeated[name] = position
            seen[name] = True
            if not value:
                continue
            if name in values:
                values[name].append(value)
            else:
                values[name] = [value]
        return cls(pairs=pairs, values=values, repeated=repeated)

    def first(self, name: str) -> str | None:
        """Return the first value of a parameter, None if it is absent."""
        return self.values[name][0] if name in self.values else None

    def last(self, name: str) -> str:
        """Return the last value of a parameter, which is the one that oauthlib reads; empty if it is absent."""
        return self.values[name][-1] if name in self.values else ""

    def values_of(self, names: Iterable[str]) -> set[str]:
        """Return all values of these parameters."""
        return {value for name in names for value in self.values.get(name, ())}
