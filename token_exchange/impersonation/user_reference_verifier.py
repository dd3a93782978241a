"""Accept a user name as subject token. It proves nothing, so actor token and permission have to allow the exchange."""

from __future__ import annotations

from hashlib import sha256
from math import inf

from token_exchange.conf import token_exchange_settings
from token_exchange.people import lookup, scope_rights
from token_exchange.people.accounts import account_of, party_of
from token_exchange.sts.errors import InvalidRequest
from token_exchange.sts.parties import NO_PARTY
from token_exchange.sts.permission import ActAsMethod
from token_exchange.sts.ports import TokenVerifier
from token_exchange.sts.reasons import Reason
from token_exchange.sts.request import PresentedToken
from token_exchange.sts.verification import VerificationContext, VerifiedToken


class UserReferenceVerifier(TokenVerifier):
    """Find the subject by exact user name, if the site has turned references on."""

    def __init__(self, context: VerificationContext) -> None:
        self._permissions = context.configuration.permissions

    def verify(self, token: PresentedToken, now: float) -> VerifiedToken:
        """Return a token about the user, or about a subject without account if no user has the name.

        Raise `InvalidRequest` if the site has not turned references on.
        """
        if not token_exchange_settings.user_references:
            raise InvalidRequest(Reason.TOKEN_TYPE_UNSUPPORTED)
        user = lookup.user_named(token.value)
        if user is None:
            # The decision refuses it like a user whom no permission names, so no answer shows which names exist.
            return _without_user(token)
        permitted = frozenset[str]().union(
            *(row.scopes for row in self._permissions if ActAsMethod.ACTOR_TOKEN in row.methods)
        )
        return VerifiedToken(
            token_type=token.token_type,
            # A reference has no row that could be revoked: the new token is revoked with the actor token.
            fingerprint=sha256(f"user:{user.pk}".encode()).hexdigest(),
            party=party_of(user),
            account=account_of(user),
            client_id=None,
            scopes=scope_rights.held_by(user, permitted),
            audiences=frozenset(),
            expires=inf,
        )


def _without_user(token: PresentedToken) -> VerifiedToken:
    return VerifiedToken(
        token_type=token.token_type,
        fingerprint="",
        party=NO_PARTY,
        account=None,
        client_id=None,
        scopes=frozenset(),
        audiences=frozenset(),
        expires=inf,
    )
