"""Hold the facts about a platform that a test of its preset needs: its tokens, and those of another tenant."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Platform:
    """Hold one platform; `blanks` replace, in order, the words in capitals of its preset."""

    preset: str
    blanks: list[str]
    claims: dict
    """Of a token of this site's own tenant, without audience and times."""
    others: dict[str, dict]
    """By what is wrong: the claims in which a token of somebody else differs; None leaves one out."""
    person: str | None = None
    """The identifier of the person that it is about; None for a workload."""
    algorithm: str = "RS256"
    header: dict = field(default_factory=dict)
    life: int = 300
    """Seconds for which it issues tokens."""
    age: int = 60
    """Seconds since `iat` after which it still hands out, or the workload still holds, the same token."""
