"""Read the tokens that the record of a revocation lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RevokedToken:
    """Describe one revoked token; `fingerprint_end` is "…" and the last eight characters of its fingerprint."""

    fingerprint_end: str
    client: str
    subject: str


@dataclass(frozen=True, slots=True)
class Revocation:
    """Hold the number of revoked tokens, and those of them that the record lists."""

    count: object
    tokens: list[RevokedToken]


def revocation_of(trace: object) -> Revocation | None:
    """Return the revocation that a stored trace describes, None if it is the trace of an exchange."""
    if not (isinstance(trace, list) and trace and isinstance(trace[0], Mapping) and "revoked" in trace[0]):
        return None
    listed = trace[0].get("tokens")
    tokens = [entry for entry in listed if isinstance(entry, Mapping)] if isinstance(listed, list) else []
    return Revocation(trace[0]["revoked"], [_revoked(entry) for entry in tokens])


def _revoked(entry: Mapping[str, object]) -> RevokedToken:
    fingerprint = str(entry.get("fingerprint", ""))
    return RevokedToken(f"…{fingerprint[-8:]}", str(entry.get("client", "")), str(entry.get("subject", "")))
