"""Choose the verifier of a token that is declared an ID token: a local or an external one."""

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
    """Verify ID tokens: as local ones if they name a key of this server, otherwise as external ones."""

    def __init__(self, context: VerificationContext) -> None:
        self._local = LocalIdTokenVerifier(context)
        self._external = ExternalTokenVerifier(context)

    def verify(self, token: PresentedToken, now: float) -> VerifiedToken:
        """Return the verified token; raise `InvalidRequest` if it is not valid."""
        verifier: TokenVerifier = self._local if _names_local_key(token) else self._external
        return verifier.verify(token, now)


def _names_local_key(token: PresentedToken) -> bool:
    """Return True if the `kid` is that of a key of this server: a thumbprint, which no other issuer's key has."""
    try:
        kid = compact.read(token.value).header.kid
    except Refused:
        return False
    return kid is not None and any(kid == key.kid for key in local_keys().keys)
