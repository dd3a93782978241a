"""The single-use port: tokens that count once."""

from __future__ import annotations

from typing import Protocol

from token_exchange.sts.verification import VerifiedToken


class SingleUse(Protocol):
    """Where used tokens are remembered for as long as they would be accepted."""

    def claim(self, token: VerifiedToken) -> None:
        """Use the token up; raise `InvalidRequest` if that has happened before, or if it has no `jti`."""

    def release(self, token: VerifiedToken) -> None:
        """Take back a claim of this very request, for which nothing was minted."""
