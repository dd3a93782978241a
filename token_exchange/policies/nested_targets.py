"""Targets whose resource URIs contain each other: a resource server that compares beginnings mixes them up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

Named = tuple[str, list[str]]
"""A target's name and its resource URIs."""


def are_texts(resources: Any) -> bool:
    """Return whether these are resource URIs at all: a row may have been written past the form."""
    return isinstance(resources, list) and all(isinstance(uri, str) for uri in resources)


def nestings(targets: Iterable[Named]) -> Iterator[tuple[str, str, str, str]]:
    """Yield the outer target and its URI, then the target that has a URI below it, and that URI."""
    known = [(name, uri) for name, uris in targets for uri in uris]
    for above, outer in known:
        for below, inner in known:
            if above != below and inner != outer and contains(outer, inner):
                yield above, outer, below, inner


def contains(outer: str, inner: str) -> bool:
    """Return whether the inner URI begins as the whole outer one does."""
    return inner.startswith(outer)
