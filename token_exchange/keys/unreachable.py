"""The one way in which a fetch fails."""

from __future__ import annotations


class Unreachable(Exception):
    """An issuer's document could not be had; `outcome` is a stable code for its health page."""

    def __init__(self, outcome: str) -> None:
        super().__init__(outcome)
        self.outcome = outcome
