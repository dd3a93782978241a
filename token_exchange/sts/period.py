"""Limit the time during which a policy or a permission is in effect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Period:
    """Hold begin and end in seconds since the epoch; None leaves the period open at that side."""

    begins: float | None = None
    ends: float | None = None
    """The first moment that no longer belongs to the period."""

    def contains(self, now: float) -> bool:
        """Return True if the moment lies in the period."""
        return (self.begins is None or self.begins <= now) and (self.ends is None or now < self.ends)


ALWAYS: Final = Period()
