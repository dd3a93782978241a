"""Choose the verifier of a token that is declared a JWT: a local access token in that format, or an external JWT."""

from __future__ import annotations

from token_exchange.sts.ports import TokenVerifier
from token_exchange.sts.request import PresentedToken
from token_exchange.sts.verification import VerificationContext, VerifiedToken
from token_exchange.toolkit.compat import fingerprint_of
from token_exchange.trusted_issuers.external_token import ExternalTokenVerifier
from token_exchange.verifiers.access_token import AccessTokenVerifier


class AnyJwtVerifier(TokenVerifier):
    """Verify JWTs: with a row as local access tokens, otherwise by the issuers whose rows accept the type."""

    def __init__(self, context: VerificationContext) -> None:
        self._stored_tokens = context.stored_tokens
        self._local = AccessTokenVerifier(context)
        self._external = ExternalTokenVerifier(context)

    def verify(self, token: PresentedToken, now: float) -> VerifiedToken:
        """Return the verified token; raise `InvalidRequest` if it is not valid."""
        verifier: TokenVerifier = self._local if self._is_local(token.value) else self._external
        return verifier.verify(token, now)

    def _is_local(self, value: str) -> bool:
        # Only an exchange issues JWTs here. An opaque access token is not a JWT, whatever the client declares
        # (RFC 8693 §3), and the toolkit caches introspection answers about external tokens in the same table.
        row = self._stored_tokens.get(fingerprint_of(value))
        return value.count(".") == 2 and row is not None and row.exchanged is not None
