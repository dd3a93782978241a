"""Use up tokens that may be exchanged only once: a ticket in its own row, an external token in a table."""

from __future__ import annotations

from token_exchange.sts.errors import InvalidRequest
from token_exchange.sts.ports import SingleUse
from token_exchange.sts.reasons import Reason
from token_exchange.sts.verification import VerifiedToken
from token_exchange.tokens import parent_kinds
from token_exchange.trusted_issuers.used_tokens import UsedTokens


class SingleUseTokens(SingleUse):
    """Uses up both kinds, each with one statement, so that only one of two simultaneous requests succeeds."""

    def __init__(self, using: str) -> None:
        self._using = using

    def claim(self, token: VerifiedToken) -> None:
        """Mark the token as used; raise `InvalidRequest` if it was used before, or if it has no `jti`."""
        kind = parent_kinds.of(token.token_type)
        if kind.claim is None:
            UsedTokens(self._using).claim(token)
        elif not kind.claim(token.fingerprint, self._using):
            raise InvalidRequest(Reason.TOKEN_REPLAYED, "subject_token")

    def release(self, token: VerifiedToken) -> None:
        """Undo a claim of the current request, which issued nothing."""
        kind = parent_kinds.of(token.token_type)
        if kind.release is None:
            UsedTokens(self._using).release(token)
        else:
            kind.release(token.fingerprint, self._using)
