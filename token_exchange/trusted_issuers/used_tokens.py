"""Tokens that count once: whoever inserts the row first has used the token (INV-9)."""

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
    """One atomic insert; any other failure of the database stays one, and refuses with 5xx (INV-23)."""

    def __init__(self, using: str) -> None:
        self._using = using

    def claim(self, token: VerifiedToken) -> None:
        """Use the token up, told by issuer and `jti`: a malleated twin has the same (D55)."""
        if token.issuer is None or not token.token_id:
            raise InvalidRequest(Reason.TOKEN_WITHOUT_ID, "subject_token")
        # The row outlives the token's acceptance, leeway included.
        row = UsedToken(fingerprint=_key(token), expires=to_datetime(token.expires + 2 * LEEWAY))
        try:
            with transaction.atomic(using=self._using):
                row.save(using=self._using, force_insert=True)
        except IntegrityError as error:
            raise InvalidRequest(Reason.TOKEN_REPLAYED, "subject_token") from error

    def release(self, token: VerifiedToken) -> None:
        """Take back a claim of this very request, for which nothing was minted."""
        UsedToken.objects.using(self._using).filter(fingerprint=_key(token)).delete()


def _key(token: VerifiedToken) -> str:
    # Lengths keep the parts apart, and the purpose keeps uses apart.
    issuer = token.issuer.issuer if token.issuer else ""
    return sha256(f"exchange:{len(issuer)}:{issuer}:{token.token_id}".encode()).hexdigest()
