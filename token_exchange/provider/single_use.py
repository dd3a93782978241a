"""Tokens that count once, wherever the memory of it is: tickets in their own row, external tokens in a table."""

from __future__ import annotations

from token_exchange.impersonation import tickets
from token_exchange.sts.errors import InvalidRequest
from token_exchange.sts.ports import SingleUse
from token_exchange.sts.reasons import Reason
from token_exchange.sts.verification import VerifiedToken
from token_exchange.sts.vocabulary import IMPERSONATION_TICKET
from token_exchange.trusted_issuers.used_tokens import UsedTokens


class SingleUseTokens(SingleUse):
    """Both kinds, each used up by one statement."""

    def __init__(self, using: str) -> None:
        self._using = using

    def claim(self, token: VerifiedToken) -> None:
        """Use the token up; raise `InvalidRequest` if somebody was first."""
        if token.token_type != IMPERSONATION_TICKET:
            UsedTokens(self._using).claim(token)
        elif not tickets.use(token.fingerprint, self._using):
            raise InvalidRequest(Reason.TOKEN_REPLAYED, "subject_token")

    def release(self, token: VerifiedToken) -> None:
        """Take back a claim of this very request, for which nothing was minted."""
        if token.token_type != IMPERSONATION_TICKET:
            UsedTokens(self._using).release(token)
        else:
            tickets.release(token.fingerprint, self._using)
