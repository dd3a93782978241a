"""Verify a supposed external token: the signature is taken as valid, and all else is checked as the endpoint does."""

from __future__ import annotations

from token_exchange.explanation.question import SupposedExternalToken
from token_exchange.jose.signature import SignedClaims
from token_exchange.sts.errors import InvalidRequest
from token_exchange.sts.issuers import TrustedIssuer
from token_exchange.sts.reasons import Reason
from token_exchange.sts.request import PresentedToken
from token_exchange.sts.verification import VerificationContext, VerifiedToken
from token_exchange.toolkit.compat import fingerprint_of
from token_exchange.trusted_issuers import claims, introspected_token
from token_exchange.trusted_issuers.introspected_token import IntrospectedTokenVerifier
from token_exchange.trusted_issuers.refusals import require_kind


class SupposedExternalVerifier:
    """Verify the claims of an external token that need not exist."""

    def __init__(self, context: VerificationContext) -> None:
        self._configuration = context.configuration
        self._introspected = IntrospectedTokenVerifier(context)

    def verify_supposed(self, token: PresentedToken, supposed: SupposedExternalToken, now: float) -> VerifiedToken:
        """Return the verified token; raise `InvalidRequest` if the issuer's row does not accept it."""
        if supposed.is_introspected:
            issuer = self._introspecting(supposed)
            checked = introspected_token.check(supposed.claims, token.token_type, issuer, now)
        else:
            issuer = claims.named_issuer(supposed.claims, token.token_type, self._configuration)
            require_kind(supposed.claims, token.token_type)
            checked = claims.check(SignedClaims(supposed.claims), issuer, now)
        claims.require_conditions(issuer, checked.claims)
        return claims.describe(token.token_type, fingerprint_of(token.value), issuer, checked)

    def _introspecting(self, supposed: SupposedExternalToken) -> TrustedIssuer:
        issuers = self._introspected.issuers_for(supposed.token_type)
        if not issuers:  # the endpoint would then look for the token among its own, and not find it
            raise InvalidRequest(Reason.TOKEN_UNKNOWN)
        issuer = next((issuer for issuer in issuers if issuer.issuer == supposed.issuer), None)
        if issuer is None or supposed.claims.get("active") is not True:
            raise InvalidRequest(Reason.INTROSPECTION_INACTIVE)
        return issuer
