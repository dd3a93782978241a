"""Verify a personal access token that a client presents for exchange."""

from __future__ import annotations

from token_exchange.people import scope_rights
from token_exchange.people.accounts import account_of, party_of
from token_exchange.personal_access_tokens import lookup
from token_exchange.sts.errors import InvalidRequest
from token_exchange.sts.ports import TokenVerifier
from token_exchange.sts.reasons import Reason
from token_exchange.sts.request import PresentedToken
from token_exchange.sts.verification import VerifiedToken
from token_exchange.toolkit.timestamps import to_seconds


class PersonalAccessTokenVerifier(TokenVerifier):
    """Verify the token by its row, and limit its scopes to those that the owner's rights allow now."""

    def verify(self, token: PresentedToken, now: float) -> VerifiedToken:
        """Return the token as its row describes it; raise `InvalidRequest` if it is unknown, revoked or expired."""
        row = lookup.find(token.value)
        if row is None:
            raise InvalidRequest(Reason.TOKEN_UNKNOWN)
        if row.revoked is not None:
            raise InvalidRequest(Reason.TOKEN_REVOKED)
        expires = to_seconds(row.expires)
        if expires <= now:
            raise InvalidRequest(Reason.TOKEN_EXPIRED)
        return VerifiedToken(
            token_type=token.token_type,
            fingerprint=row.fingerprint,
            party=party_of(row.owner),
            account=account_of(row.owner),
            client_id=None,
            scopes=scope_rights.held_by(row.owner, row.scopes),
            audiences=frozenset(),
            only_for=frozenset(row.targets.values_list("name", flat=True)),
            expires=expires,
            root=row.fingerprint,
        )
