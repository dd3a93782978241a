"""Choose the verifier of a token that is declared an access token: a local, an external or an introspected one."""

from __future__ import annotations

from token_exchange.sts.ports import TokenVerifier
from token_exchange.sts.request import PresentedToken
from token_exchange.sts.verification import VerificationContext, VerifiedToken
from token_exchange.sts.vocabulary import ACCESS_TOKEN
from token_exchange.toolkit.compat import fingerprint_of
from token_exchange.trusted_issuers.external_token import ExternalTokenVerifier
from token_exchange.trusted_issuers.introspected_token import IntrospectedTokenVerifier
from token_exchange.verifiers.access_token import AccessTokenVerifier


class AnyAccessTokenVerifier(TokenVerifier):
    """Verify access tokens: with a row as local ones, otherwise by the issuers whose rows accept the type."""

    def __init__(self, context: VerificationContext) -> None:
        self._stored_tokens = context.stored_tokens
        self._local = AccessTokenVerifier(context)
        self._external = ExternalTokenVerifier(context)
        self._introspected = IntrospectedTokenVerifier(context)
        issuers = context.configuration.issuers.values()
        self._takes_external = any(ACCESS_TOKEN in issuer.token_types for issuer in issuers)

    def verify(self, token: PresentedToken, now: float) -> VerifiedToken:
        """Return the verified token; raise `InvalidRequest` if it is not valid."""
        if not self._takes_external or fingerprint_of(token.value) in self._stored_tokens:
            return self._local.verify(token, now)
        if token.value.count(".") == 2:
            return self._external.verify(token, now)
        verifier = self._introspected if self._introspected.issuers_for(token.token_type) else self._local
        return verifier.verify(token, now)
