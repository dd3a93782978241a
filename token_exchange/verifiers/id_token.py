"""Verify an ID token of this server: its signature, and the active access token of the same login."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from token_exchange.jose import claims as jose_claims
from token_exchange.jose import compact, signature
from token_exchange.jose.claims import MAX_TIME, CheckedClaims
from token_exchange.jose.compact import UnverifiedToken
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
from token_exchange.trusted_issuers.refusals import RefusedAs, require_kind

# RS256 only: with HS256 the client's secret is the key, so a client could sign an ID token for any user.
_ALGORITHMS: Final = frozenset({"RS256"})
_TYPES: Final = frozenset({None, "JWT"})


class LocalIdTokenVerifier(TokenVerifier):
    """Verify ID tokens that this server signed and whose access token still exists."""

    def __init__(self, context: VerificationContext) -> None:
        self._targets = context.configuration.targets

    def verify(self, token: PresentedToken, now: float) -> VerifiedToken:
        """Return the verified token; raise `InvalidRequest` if the token, or the login it belongs to, is not valid."""
        with RefusedAs(Reason.JWT_MALFORMED):
            unverified = compact.read(token.value)
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
            # That of the access token: logout revokes it, and with it every token exchanged from the ID token.
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
    with RefusedAs(Reason.SIGNATURE_INVALID):
        return signature.verify(unverified, local_keys(), _ALGORITHMS)


def _identifier(signed: SignedClaims) -> UUID:
    try:
        return UUID(str(signed.get("jti")))
    except ValueError as error:
        raise InvalidRequest(Reason.TOKEN_WITHOUT_ID) from error


def _checked(signed: SignedClaims, application: Any, now: float) -> CheckedClaims:
    # Without OIDC_ISS_ENDPOINT the toolkit's issuer depends on the host of the request. The signature is this server's
    # own, so its `iss` is taken as it is.
    issuer = fixed_issuer() or str(signed.get("iss"))
    audience = application.client_id
    with RefusedAs(Reason.CLAIMS_INVALID):
        checked = jose_claims.check(signed, issuer=issuer, audiences=frozenset({audience}), now=now, max_age=MAX_TIME)
    # OpenID Connect Core §3.1.3.7: `azp` names the client that the token was issued to.
    if checked.audiences != {audience} or signed.get("azp", audience) != audience:
        raise InvalidRequest(Reason.CLAIMS_INVALID, detail="azp")
    return checked
