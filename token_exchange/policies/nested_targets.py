"""Find targets whose resource URIs begin alike: a resource server that compares prefixes confuses them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

Named = tuple[str, list[str]]
"""The name of a target and its resource URIs."""


def are_texts(resources: Any) -> bool:
    """Return True if the value is a list of texts; a row that was not saved by a form may hold any JSON value."""
    return isinstance(resources, list) and all(isinstance(uri, str) for uri in resources)


def nestings(targets: Iterable[Named]) -> Iterator[tuple[str, str, str, str]]:
    """Yield an outer target and its URI, then an inner target and its URI that begins with the outer URI."""
    known = [(name, uri) for name, uris in targets for uri in uris]
    for above, outer in known:
        for below, inner in known:
            if above != below and inner != outer and contains(outer, inner):
                yield above, outer, below, inner


def contains(outer: str, inner: str) -> bool:
    """Return True if the inner URI begins with the outer URI."""
    return inner.startswith(outer)
