"""Tokens of this server that nobody has minted: what they would prove if they stood in the table."""

from __future__ import annotations

from dataclasses import replace

from token_exchange.explanation import supposed_handed_over
from token_exchange.explanation.supposed_token import SupposedToken
from token_exchange.impersonation.user_reference_verifier import UserReferenceVerifier
from token_exchange.sts.request import PresentedToken
from token_exchange.sts.verification import StoredToken, VerificationContext, VerifiedToken
from token_exchange.sts.vocabulary import IMPERSONATION_TICKET, PERSONAL_ACCESS_TOKEN, USER
from token_exchange.toolkit.compat import access_token_model
from token_exchange.toolkit.timestamps import to_datetime
from token_exchange.verifiers.access_token import AccessTokenVerifier


def row_of(supposed: SupposedToken, now: float) -> StoredToken:
    """Return the row that the token would have, which is nowhere."""
    token = access_token_model()(
        user=supposed.user,
        application=supposed.application,
        scope=" ".join(sorted(supposed.scopes)),
        expires=to_datetime(now + supposed.lifetime),
    )
    return StoredToken(token=token, user=supposed.user, application=supposed.application, exchanged=None)


class SupposedLocalVerifier:
    """Looks at the row as if it had been found, and adds what an earlier exchange would have left beside it."""

    def __init__(self, context: VerificationContext) -> None:
        self._local = AccessTokenVerifier(context)
        self._references = UserReferenceVerifier(context)

    def prove(self, token: PresentedToken, supposed: SupposedToken, now: float) -> VerifiedToken:
        """Return what the token would prove; raise `InvalidRequest` if it would prove nothing."""
        if token.token_type == USER and supposed.user is not None:
            # A reference is the name itself: nothing of it has to be supposed.
            return self._references.verify(replace(token, value=supposed.user.get_username()), now)
        if token.token_type in {PERSONAL_ACCESS_TOKEN, IMPERSONATION_TICKET}:
            return supposed_handed_over.prove(token, supposed, now)
        return replace(
            self._local.verify(token, now),
            audiences=supposed.audiences,
            chain=supposed.chain,
            may_act=supposed.may_act,
            claims=supposed.claims,
            # Only an exchange puts either there.
            generation=max(len(supposed.chain), 1 if supposed.may_act else 0),
        )
