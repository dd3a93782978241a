"""The one way in which a fetch fails."""

from __future__ import annotations


class Unreachable(Exception):
    """An issuer's document could not be had; `outcome` is a stable code for its health page.

    `retry_after` are the seconds after which the issuer may be asked again, where that is known.
    """

    def __init__(self, outcome: str, *, retry_after: int | None = None) -> None:
        super().__init__(outcome)
        self.outcome = outcome
        self.retry_after = retry_after
