"""Record the use of external tokens that their issuers' rows accept only once."""

from __future__ import annotations

from hashlib import sha256

from django.db import IntegrityError, transaction

from token_exchange.models import UsedToken
from token_exchange.sts.errors import InvalidRequest
from token_exchange.sts.ports import SingleUse
from token_exchange.sts.reasons import Reason
from token_exchange.sts.verification import VerifiedToken
from token_exchange.sts.vocabulary import LEEWAY
from token_exchange.toolkit.timestamps import to_datetime


class UsedTokens(SingleUse):
    """Claim a token by inserting its row: of simultaneous requests, the unique key lets only one through.

    Other database errors are not caught, so that the request ends with a 5xx status.
    """

    def __init__(self, using: str) -> None:
        self._using = using

    def claim(self, token: VerifiedToken) -> None:
        """Record the use of a token, identified by issuer and `jti`; raise `InvalidRequest` if it was used before.

        The text of the token would not do: a changed ECDSA signature gives a second valid text of the same token.
        """
        if token.issuer is None or not token.token_id:
            raise InvalidRequest(Reason.TOKEN_WITHOUT_ID, "subject_token")
        # The row is kept for longer than the token is accepted, leeway included.
        row = UsedToken(fingerprint=_key(token), expires=to_datetime(token.expires + 2 * LEEWAY))
        try:
            with transaction.atomic(using=self._using):
                row.save(using=self._using, force_insert=True)
        except IntegrityError as error:
            raise InvalidRequest(Reason.TOKEN_REPLAYED, "subject_token") from error

    def release(self, token: VerifiedToken) -> None:
        """Delete the claim of this request, which has issued nothing."""
        UsedToken.objects.using(self._using).filter(fingerprint=_key(token)).delete()


def _key(token: VerifiedToken) -> str:
    # With its length in front, no other issuer and `jti` give the same text.
    issuer = token.issuer.issuer if token.issuer else ""
    return sha256(f"exchange:{len(issuer)}:{issuer}:{token.token_id}".encode()).hexdigest()
