"""Conditions on the claims of an outside token: anchored, full-string, case-sensitive, typed (INV-17)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Operator(StrEnum):
    """How a claim is compared; only text equals text, and nothing is converted to fit."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One claim, how it is compared, and with what."""

    claim: str
    """The name of a claim, or a JSON pointer into one (`/kubernetes.io/namespace`, RFC 6901)."""
    operator: Operator
    values: tuple[str, ...] = ()

    def holds(self, claims: Mapping[str, object]) -> bool:
        """Whether it holds for these claims; a missing claim never does."""
        found = claim_at(claims, self.claim)
        match self.operator:
            case Operator.IS_TRUE:
                return found is True
            case Operator.CONTAINS:
                return isinstance(found, list) and any(value in found for value in self.values)
        return isinstance(found, str) and any(_compare(self.operator, found, value) for value in self.values)


def _compare(operator: Operator, found: str, value: str) -> bool:
    match operator:
        case Operator.PATH_PREFIX:
            return found == value or found.startswith(value.rstrip("/") + "/")
        case Operator.GLOB:
            return is_anchored(value) and re.fullmatch(_pattern(value), found) is not None
    return found == value


def is_anchored(glob: str) -> bool:
    """Whether a glob begins with something literal: `*` alone, or first, would let in whoever can choose."""
    return bool(glob) and not glob.startswith("*")


def _pattern(glob: str) -> str:
    return "[^/]*".join(map(re.escape, glob.split("*")))


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
