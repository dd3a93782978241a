"""Whatever is declared an ID token: one of this server, or of an issuer whose row takes the type."""

from __future__ import annotations

from token_exchange.jose import compact
from token_exchange.jose.refusal import Refused
from token_exchange.sts.ports import TokenVerifier
from token_exchange.sts.request import PresentedToken
from token_exchange.sts.verification import VerificationContext, VerifiedToken
from token_exchange.toolkit.signing_keys import local_keys
from token_exchange.trusted_issuers.external_token import ExternalTokenVerifier
from token_exchange.verifiers.id_token import LocalIdTokenVerifier


class AnyIdTokenVerifier(TokenVerifier):
    """Sends a token to who can tell most about it; either verifier proves the whole of it."""

    def __init__(self, context: VerificationContext) -> None:
        self._local = LocalIdTokenVerifier(context)
        self._external = ExternalTokenVerifier(context)

    def verify(self, token: PresentedToken, now: float) -> VerifiedToken:
        """Return what the token proves; raise `InvalidRequest` if it proves nothing."""
        verifier: TokenVerifier = self._local if _names_local_key(token) else self._external
        return verifier.verify(token, now)


def _names_local_key(token: PresentedToken) -> bool:
    """Whether the token claims a key of this server, which is a thumbprint and so nobody else's name for a key."""
    try:
        kid = compact.read(token.value).header.kid
    except Refused:
        return False
    return kid is not None and any(kid == key.kid for key in local_keys().keys)
