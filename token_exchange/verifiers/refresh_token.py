"""Verify a refresh token of this server by its row, without using or rotating it."""

from __future__ import annotations

from token_exchange.people.accounts import account_of, party_of
from token_exchange.sts.errors import InvalidRequest
from token_exchange.sts.ports import TokenVerifier
from token_exchange.sts.reasons import Reason
from token_exchange.sts.request import PresentedToken
from token_exchange.sts.verification import VerificationContext, VerifiedToken
from token_exchange.tokens import refresh_tokens
from token_exchange.toolkit.compat import fingerprint_of, token_database


class RefreshTokenVerifier(TokenVerifier):
    """Verify refresh tokens by the row with their checksum; their scopes are those of the current access token."""

    def __init__(self, context: VerificationContext) -> None:
        self._targets = context.configuration.targets

    def verify(self, token: PresentedToken, now: float) -> VerifiedToken:
        """Return the verified token; raise `InvalidRequest` if the refresh grant would not accept it."""
        fingerprint = fingerprint_of(token.value)
        row = refresh_tokens.find(fingerprint, token_database())
        if row is None:
            raise InvalidRequest(Reason.TOKEN_UNKNOWN)
        expires = refresh_tokens.expires(row)
        if expires <= now:
            raise InvalidRequest(Reason.TOKEN_EXPIRED)
        if not row.application.is_usable(None):
            raise InvalidRequest(Reason.TOKEN_ISSUER_DISABLED)
        return VerifiedToken(
            token_type=token.token_type,
            fingerprint=fingerprint,
            party=party_of(row.user),
            account=account_of(row.user),
            client_id=row.application.client_id,
            scopes=frozenset(row.access_token.scope.split()),
            audiences=self._targets.names_of(row.resource),
            narrowed=self._targets.narrowed_by(row.resource),
            expires=expires,
            root=fingerprint,
        )
