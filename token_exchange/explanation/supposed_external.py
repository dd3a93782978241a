"""An external token that nobody has signed: what its claims would prove if its issuer had."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from token_exchange.jose.signature import SignedClaims
from token_exchange.sts.errors import InvalidRequest
from token_exchange.sts.issuers import TrustedIssuer
from token_exchange.sts.reasons import Reason
from token_exchange.sts.request import PresentedToken
from token_exchange.sts.verification import VerificationContext, VerifiedToken
from token_exchange.toolkit.compat import fingerprint_of
from token_exchange.trusted_issuers import claims as external_claims
from token_exchange.trusted_issuers import introspected_token, refusals
from token_exchange.trusted_issuers.introspected_token import IntrospectedTokenVerifier


@dataclass(frozen=True, slots=True, kw_only=True)
class SupposedExternalToken:
    """What an external issuer might sign, or answer about an opaque token of its own."""

    issuer: str
    token_type: str
    claims: Mapping[str, object] = field(repr=False)
    is_opaque: bool = False
    """Whether the claims are the answer of the issuer's introspection (RFC 7662)."""


class SupposedExternalVerifier:
    """Takes the signature for granted, and checks all the rest as the endpoint does."""

    def __init__(self, context: VerificationContext) -> None:
        self._configuration = context.configuration
        self._introspected = IntrospectedTokenVerifier(context)

    def prove(self, token: PresentedToken, supposed: SupposedExternalToken, now: float) -> VerifiedToken:
        """Return what the token would prove; raise `InvalidRequest` if it would prove nothing."""
        if supposed.is_opaque:
            issuer = self._asked(supposed)
            checked = introspected_token.check(supposed.claims, token.token_type, issuer, now)
        else:
            issuer = external_claims.named_issuer(supposed.claims, token.token_type, self._configuration)
            refusals.require_kind(supposed.claims, token.token_type)
            checked = external_claims.check(SignedClaims(supposed.claims), issuer, now)
        external_claims.require_conditions(issuer, checked.claims)
        return external_claims.describe(token.token_type, fingerprint_of(token.value), issuer, checked)

    def _asked(self, supposed: SupposedExternalToken) -> TrustedIssuer:
        asked = self._introspected.issuers_for(supposed.token_type)
        if not asked:  # then it is looked up here, where nobody knows it
            raise InvalidRequest(Reason.TOKEN_UNKNOWN)
        issuer = next((issuer for issuer in asked if issuer.issuer == supposed.issuer), None)
        if issuer is None or supposed.claims.get("active") is not True:
            raise InvalidRequest(Reason.INTROSPECTION_INACTIVE)
        return issuer
