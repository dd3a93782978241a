"""Conditions on the claims of an external token: anchored, full-string, case-sensitive and typed."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

Value = str | int | float | bool
"""What a condition compares a claim with."""


class Operator(StrEnum):
    """How a claim is compared; text also equals the number, `true` or `false` that it spells exactly."""

    EQUALS = "equals"
    ONE_OF = "one_of"
    CONTAINS = "contains"
    """The claim is a list, and one of its members is one of the values."""
    PATH_PREFIX = "path_prefix"
    """The claim is the value or lies below it, counted in whole segments between slashes."""
    GLOB = "glob"
    """`*` stands for any characters but a slash; the pattern begins with a literal one and covers all."""
    IS_TRUE = "is_true"
    """The claim is JSON's true; the text "true" is not."""
    IS_FALSE = "is_false"
    """The claim is JSON's false; a claim that is missing is not."""


FLAGS: Final = frozenset({Operator.IS_TRUE, Operator.IS_FALSE})
"""The operators that take no value."""
PATTERNS: Final = frozenset({Operator.PATH_PREFIX, Operator.GLOB})
"""The operators that only text can fulfil."""

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
# A server decodes once or several times before it resolves dots: `%2e`, `%252e`, an encoded slash or backslash.
_ENCODED: Final = re.compile(r"%(?:25)*(?:2e|2f|5c|00)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One claim, how it is compared, and with what."""

    claim: str
    """The name of a claim, or a JSON pointer into one (`/kubernetes.io/namespace`, RFC 6901)."""
    operator: Operator
    values: tuple[Value, ...] = ()

    def holds(self, claims: Mapping[str, object]) -> bool:
        """Return True if the condition holds for these claims; a missing claim never fulfils one."""
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
    """Return True if a claim is the value: of its own JSON type, or the exact JSON text of a number or a boolean."""
    if isinstance(value, str) and isinstance(found, bool | int | float):
        return json.dumps(found) == value
    # Python counts True as 1, and rounds a large integer to compare it with a float.
    return type(found) is type(value) and found == value


def _lies_below(path: str, top: str) -> bool:
    if not is_plain_path(path) or not is_plain_path(top):
        return False
    return path == top or path.startswith(top.rstrip("/") + "/")


def is_plain_path(path: str) -> bool:
    """Return True if every reader resolves the path alike.

    `/shop/../admin` begins with `/shop/` and leads elsewhere; so do encoded dots, backslashes and doubled slashes.
    """
    rest = unicodedata.normalize("NFKC", path[match.end() :] if (match := _SCHEME.match(path)) else path)
    if not path.isprintable() or "\\" in rest or "//" in rest or _ENCODED.search(rest):
        return False
    # Some servers cut a segment's parameters off (`..;x=1`) before they resolve its dots.
    names = (segment.partition(";")[0].strip() for segment in rest.split("/"))
    return all(name not in (".", "..") for name in names)


def is_anchored(glob: str) -> bool:
    """Return True if a glob begins with something literal: a leading `*` would match what any caller chooses."""
    return bool(glob) and not glob.startswith("*")


def _matches(text: str, glob: str) -> bool:
    # Both are compared segment by segment, since `*` matches no slash, and in one pass: a regular expression
    # with many stars takes time that grows with a power of the length.
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
    """Return the claim of that name, or what a JSON pointer leads to; None where there is nothing."""
    if not path.startswith("/"):
        return claims.get(path)
    found: object = claims
    for segment in path[1:].split("/"):
        if not isinstance(found, Mapping):
            return None
        found = found.get(segment.replace("~1", "/").replace("~0", "~"))
    return found


def names_address(path: str) -> bool:
    """Return True if a path leads to a claim of which an `email_verified` beside it can speak."""
    _beside, slash, name = path.rpartition("/")
    return name == "email" and (not slash or path.startswith("/"))


def verified_address_at(claims: Mapping[str, object], path: str) -> str | None:
    """Return the e-mail address at a path if the `email_verified` beside it is true, otherwise None.

    The flag speaks of the claim `email` in the same object and of no other (OpenID Connect Core §5.1).
    """
    if not names_address(path) or claim_at(claims, f"{path}_verified") is not True:  # the text "true" verifies nothing
        return None
    address = claim_at(claims, path)
    return address if isinstance(address, str) else None
