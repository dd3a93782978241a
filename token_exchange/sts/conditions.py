"""Compare claims of external tokens with conditions: whole values, case-sensitive, each as its own JSON type."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

Value = str | int | float | bool
"""The types of value that a condition can compare a claim with."""


class Operator(StrEnum):
    """Name the ways to compare; a text also equals the number or boolean of which it is the exact JSON text."""

    EQUALS = "equals"
    ONE_OF = "one_of"
    CONTAINS = "contains"
    """The claim is a list, and one of its members is one of the values."""
    PATH_PREFIX = "path_prefix"
    """The claim is the value, or begins with it and a slash."""
    GLOB = "glob"
    """`*` matches any characters except a slash; the pattern must match the whole claim and not begin with `*`."""
    IS_TRUE = "is_true"
    """The claim is the JSON value true, not the text "true"."""
    IS_FALSE = "is_false"
    """The claim is the JSON value false; a missing claim does not match."""


FLAGS: Final = frozenset({Operator.IS_TRUE, Operator.IS_FALSE})
"""The operators that take no value."""
PATTERNS: Final = frozenset({Operator.PATH_PREFIX, Operator.GLOB})
"""The operators that match texts only."""

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
# Some servers decode a path once or several times before they resolve dots: `%2e`, `%252e`, an encoded slash, …
_ENCODED: Final = re.compile(r"%(?:25)*(?:2e|2f|5c|00)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Compare one claim with one or several values."""

    claim: str
    """The name of a claim, or a JSON pointer to a nested one (`/kubernetes.io/namespace`, RFC 6901)."""
    operator: Operator
    values: tuple[Value, ...] = ()

    def holds(self, claims: Mapping[str, object]) -> bool:
        """Return True if the claims fulfil the condition; a missing claim never does."""
        found = claim_at(claims, self.claim)
        match self.operator:
            case Operator.IS_TRUE | Operator.IS_FALSE:
                return found is (self.operator is Operator.IS_TRUE)
            case Operator.CONTAINS:
                return isinstance(found, list) and any(
                    equals(member, value) for member in found for value in self.values
                )
        return any(_compare(self.operator, found, value) for value in self.values)


def _compare(operator: Operator, found: object, value: Value) -> bool:
    if operator not in PATTERNS:
        return equals(found, value)
    if not isinstance(found, str) or not isinstance(value, str):
        return False
    return _lies_below(found, value) if operator is Operator.PATH_PREFIX else _matches(found, value)


def equals(found: object, value: Value) -> bool:
    """Return True if a claim equals the value in its JSON type, or the value is the exact JSON text of the claim."""
    if isinstance(value, str) and isinstance(found, bool | int | float):
        return json.dumps(found) == value
    # In Python True equals 1, and an integer is rounded when it is compared with a float: so compare the types first.
    return type(found) is type(value) and found == value


def _lies_below(path: str, top: str) -> bool:
    if not is_plain_path(path) or not is_plain_path(top):
        return False
    return path == top or path.startswith(top.rstrip("/") + "/")


def is_plain_path(path: str) -> bool:
    """Return True if every server resolves the path in the same way.

    `/shop/../admin` begins with `/shop/` but leads elsewhere; so may encoded dots, backslashes and doubled slashes.
    """
    rest = unicodedata.normalize("NFKC", path[match.end() :] if (match := _SCHEME.match(path)) else path)
    if not path.isprintable() or "\\" in rest or "//" in rest or _ENCODED.search(rest):
        return False
    # Some servers remove the parameters of a segment (`..;x=1`) before they resolve dots.
    names = (segment.partition(";")[0].strip() for segment in rest.split("/"))
    return all(name not in (".", "..") for name in names)


def is_anchored(glob: str) -> bool:
    """Return True if a glob does not begin with `*`: that would match a prefix of the caller's choice."""
    return bool(glob) and not glob.startswith("*")


def _matches(text: str, glob: str) -> bool:
    # Compare segment by segment, because `*` matches no slash, and without a regular expression: with many stars its
    # running time would grow with a power of the length.
    segments, patterns = text.split("/"), glob.split("/")
    if not is_anchored(glob) or len(segments) != len(patterns):
        return False
    return all(_matches_segment(*pair) for pair in zip(segments, patterns, strict=True))


def _matches_segment(text: str, pattern: str) -> bool:
    first, *pieces = pattern.split("*")
    if not pieces:
        return text == first
    last = pieces.pop()
    if not text.startswith(first) or not text.endswith(last) or len(text) < len(first) + len(last):
        return False
    position, end = len(first), len(text) - len(last)
    for piece in pieces:  # the leftmost place leaves the most room for the pieces that follow
        found = text.find(piece, position, end)
        if found < 0:
            return False
        position = found + len(piece)
    return True


def claim_at(claims: Mapping[str, object], path: str) -> object:
    """Return the value of a claim by its name or JSON pointer, None if there is none."""
    if not path.startswith("/"):
        return claims.get(path)
    found: object = claims
    for segment in path[1:].split("/"):
        if not isinstance(found, Mapping):
            return None
        found = found.get(segment.replace("~1", "/").replace("~0", "~"))
    return found


def names_address(path: str) -> bool:
    """Return True if a path names an `email` claim, to which an `email_verified` beside it can refer."""
    _beside, slash, name = path.rpartition("/")
    return name == "email" and (not slash or path.startswith("/"))


def verified_address_at(claims: Mapping[str, object], path: str) -> str | None:
    """Return the e-mail address at a path if the `email_verified` beside it is true, otherwise None.

    The flag refers only to the claim `email` in the same object (OpenID Connect Core §5.1).
    """
    if not names_address(path) or claim_at(claims, f"{path}_verified") is not True:  # the text "true" does not count
        return None
    address = claim_at(claims, path)
    return address if isinstance(address, str) else None
