"""Own ID tokens: signed by this server, still on its books, and alive as long as the access token beside them."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from token_exchange.jose import claims as jose_claims
from token_exchange.jose import compact, signature
from token_exchange.jose.claims import MAX_TIME, CheckedClaims
from token_exchange.jose.compact import UnverifiedToken
from token_exchange.jose.refusal import Refused
from token_exchange.jose.signature import SignedClaims
from token_exchange.people.accounts import account_of, party_of
from token_exchange.sts.errors import InvalidRequest
from token_exchange.sts.ports import TokenVerifier
from token_exchange.sts.reasons import Reason
from token_exchange.sts.request import PresentedToken
from token_exchange.sts.verification import VerificationContext, VerifiedToken
from token_exchange.sts.vocabulary import ID_TOKEN
from token_exchange.tokens import access_tokens
from token_exchange.toolkit.compat import token_database
from token_exchange.toolkit.signing_keys import fixed_issuer, local_keys
from token_exchange.toolkit.timestamps import to_seconds
from token_exchange.trusted_issuers.external_claims import require_kind

# With HS256 the client's secret signs, and a client must not be able to write its own users (INV-6alg).
_ALGORITHMS: Final = frozenset({"RS256"})
_TYPES: Final = frozenset({None, "JWT"})


class LocalIdTokenVerifier(TokenVerifier):
    """Believes an ID token that this server signed for the login whose access token still stands."""

    def __init__(self, context: VerificationContext) -> None:
        self._targets = context.configuration.targets

    def verify(self, token: PresentedToken, now: float) -> VerifiedToken:
        """Return what the token and its row say; raise `InvalidRequest` if either says nothing."""
        try:
            unverified = compact.read(token.value)
        except Refused as refused:
            raise InvalidRequest(Reason.JWT_MALFORMED, detail=refused.flaw.value) from refused
        signed = _signed(unverified)
        access_token = access_tokens.beside_id_token(_identifier(signed), token_database())
        if access_token is None:
            raise InvalidRequest(Reason.TOKEN_UNKNOWN)
        checked = _checked(signed, access_token.application, now)
        return self._describe(token, access_token, checked, now)

    def _describe(self, token: PresentedToken, access_token: Any, checked: CheckedClaims, now: float) -> VerifiedToken:
        expires = min(map(to_seconds, (access_token.expires, access_token.id_token.expires)))
        if expires <= now:
            raise InvalidRequest(Reason.TOKEN_EXPIRED)
        if not access_token.application.is_usable(None):
            raise InvalidRequest(Reason.TOKEN_ISSUER_DISABLED)
        return VerifiedToken(
            token_type=token.token_type,
            # It lives and dies with the access token of the same login, so that logout ends what it was traded for.
            fingerprint=access_token.token_checksum,
            party=party_of(access_token.user),
            account=account_of(access_token.user),
            client_id=access_token.application.client_id,
            scopes=frozenset(access_token.scope.split()) & frozenset(access_token.id_token.scope.split()),
            audiences=self._targets.names_of(access_token.resource),
            narrowed=self._targets.narrowed_by(access_token.resource),
            expires=expires,
            root=access_token.token_checksum,
            token_id=checked.token_id,
            claims=checked.claims,
        )


def _signed(unverified: UnverifiedToken) -> SignedClaims:
    if unverified.header.typ not in _TYPES:
        raise InvalidRequest(Reason.TOKEN_TYPE_NOT_TAKEN_FROM_ISSUER)
    require_kind(unverified.claims, ID_TOKEN, unverified.header.typ)
    try:
        return signature.verify(unverified, local_keys(), _ALGORITHMS)
    except Refused as refused:
        raise InvalidRequest(Reason.SIGNATURE_INVALID, detail=refused.flaw.value) from refused


def _identifier(signed: SignedClaims) -> UUID:
    try:
        return UUID(str(signed.get("jti")))
    except ValueError as error:
        raise InvalidRequest(Reason.TOKEN_WITHOUT_ID) from error


def _checked(signed: SignedClaims, application: Any, now: float) -> CheckedClaims:
    # Where the toolkit derives its issuer from each request, whatever it signed is its own name.
    issuer = fixed_issuer() or str(signed.get("iss"))
    audience = application.client_id
    try:
        checked = jose_claims.check(signed, issuer=issuer, audiences=frozenset({audience}), now=now, max_age=MAX_TIME)
    except Refused as refused:
        raise InvalidRequest(Reason.CLAIMS_INVALID, detail=refused.flaw.value) from refused
    # OpenID Connect Core §3.1.3.7: of several audiences, azp names the one that the token is for.
    if checked.audiences != {audience} or signed.get("azp", audience) != audience:
        raise InvalidRequest(Reason.CLAIMS_INVALID, detail="azp")
    return checked
