"""Read the vectors of Project Wycheproof, which attack verifiers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

DIRECTORY = Path(__file__).parents[1] / "vectors" / "wycheproof"


class Vector(NamedTuple):
    """One vector: a token, the key set to verify it with, and if it is valid."""

    number: int
    comment: str
    valid: bool
    token: str
    document: bytes

    def __str__(self):
        return f"{self.number}-{self.comment}"


def vectors(file, member):
    """Return all vectors of a file."""
    groups = json.loads((DIRECTORY / file).read_text())["testGroups"]
    return [vector for group in groups for vector in _vectors_of(group, member)]


def _vectors_of(group, member):
    key = group.get("public") or group["private"]
    document = json.dumps(key if "keys" in key else {"keys": [key]}).encode()
    for test in group["tests"]:
        yield Vector(test["tcId"], test["comment"], test["result"] == "valid", test[member], document)
