"""What a record of a revocation lists: the tokens that died together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DeadToken:
    """One of them."""

    fingerprint_end: str
    client: str
    subject: str


@dataclass(frozen=True, slots=True)
class Revocation:
    """How many died, and those that the record names."""

    count: object
    tokens: list[DeadToken]


def revocation_of(trace: object) -> Revocation | None:
    """Return what was revoked, None where the record tells of an exchange."""
    if not (isinstance(trace, list) and trace and isinstance(trace[0], Mapping) and "revoked" in trace[0]):
        return None
    listed = trace[0].get("tokens")
    tokens = [entry for entry in listed if isinstance(entry, Mapping)] if isinstance(listed, list) else []
    return Revocation(trace[0]["revoked"], [_dead(entry) for entry in tokens])


def _dead(entry: Mapping[str, object]) -> DeadToken:
    fingerprint = str(entry.get("fingerprint", ""))
    return DeadToken(f"…{fingerprint[-8:]}", str(entry.get("client", "")), str(entry.get("subject", "")))
