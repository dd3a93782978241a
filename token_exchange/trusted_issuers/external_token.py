"""Verify a JWT of an external issuer: its form, its issuer, its signature, its kind, its claims, in this order."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final

from token_exchange.configuration import key_locations
from token_exchange.fetching.location import KeyLocation
from token_exchange.fetching.outcomes import Unreachable
from token_exchange.jose import compact, signature
from token_exchange.jose.compact import UnverifiedToken
from token_exchange.jose.refusal import Flaw, Refused
from token_exchange.jose.signature import SignedClaims
from token_exchange.sts.errors import InvalidRequest, TemporarilyUnavailable
from token_exchange.sts.issuers import TrustedIssuer
from token_exchange.sts.ports import TokenVerifier
from token_exchange.sts.reasons import Reason
from token_exchange.sts.request import PresentedToken
from token_exchange.sts.verification import VerificationContext, VerifiedToken
from token_exchange.sts.vocabulary import ACCESS_TOKEN, ID_TOKEN, JWT
from token_exchange.toolkit.compat import fingerprint_of
from token_exchange.trusted_issuers import health, keys
from token_exchange.trusted_issuers.claims import check, describe, named_issuer, require_conditions
from token_exchange.trusted_issuers.refusals import RefusedAs, require_kind

# RFC 8725 §3.11: each kind of JWT has its own `typ`, so that one kind is not accepted as another.
_TYPES: Final[Mapping[str, frozenset[str | None]]] = {
    JWT: frozenset({None, "jwt", "at+jwt"}),
    ID_TOKEN: frozenset({None, "jwt"}),
    ACCESS_TOKEN: frozenset({None, "jwt", "at+jwt"}),
}
# RFC 7515 §4.1.9: "jose" only says that the token is a compact JWS, which the reader has found already.
_JOSE: Final = "jose"
# Newer keys may verify the signature in these cases: the issuer may have replaced a key and kept its `kid`.
_OF_AN_OLD_KEY: Final = frozenset({Flaw.SIGNATURE_WRONG, Flaw.KEY_OF_OTHER_ALGORITHM})


class ExternalTokenVerifier(TokenVerifier):
    """Verify JWTs of the issuers that the site trusts, each by the rules of its row."""

    def __init__(self, context: VerificationContext) -> None:
        self._configuration = context.configuration
        self._host = context.host

    def verify(self, token: PresentedToken, now: float) -> VerifiedToken:
        """Return the verified token.

        Raise `InvalidRequest` if the token is not valid, and `TemporarilyUnavailable` if the issuer's keys cannot be
        fetched.
        """
        with RefusedAs(Reason.JWT_MALFORMED):
            unverified = compact.read(token.value)
        issuer = named_issuer(unverified.claims, token.token_type, self._configuration)
        _require_type(unverified.header.typ, token.token_type)
        signed = self._signed(unverified, issuer)
        require_kind(unverified.claims, token.token_type, unverified.header.typ)
        checked = check(signed, issuer, now)
        require_conditions(issuer, checked.claims)
        health.used(issuer.key)
        # Without the signature: a client can turn one valid ECDSA signature into a second valid one.
        fingerprint = fingerprint_of(unverified.signing_input.decode())
        return describe(token.token_type, fingerprint, issuer, checked, host=self._host)

    def _signed(self, unverified: UnverifiedToken, issuer: TrustedIssuer) -> SignedClaims:
        location = key_locations.key_location(issuer.key, self._configuration.version)
        try:
            with RefusedAs(Reason.SIGNATURE_INVALID):
                # Before any fetch: no key of the issuer makes another algorithm acceptable.
                signature.require_pinned(unverified.header.alg, issuer.algorithms)
                return _verified(unverified, issuer, location)
        except Unreachable as failure:
            raise TemporarilyUnavailable(
                Reason.KEYS_UNAVAILABLE,
                detail=failure.outcome,
                issuer=issuer.issuer,
                retry_after=failure.retry_after,
            ) from failure


def _verified(unverified: UnverifiedToken, issuer: TrustedIssuer, location: KeyLocation) -> SignedClaims:
    verify = partial(
        signature.verify, unverified, algorithms=issuer.algorithms, allow_missing_kid=issuer.allows_missing_key_id
    )
    known = keys.keys_for(location, unverified.header.kid)
    try:
        return verify(keys=known)
    except Refused as refused:
        newer = keys.newer_keys(location) if refused.flaw in _OF_AN_OLD_KEY else None
        if newer is None:
            raise
    return verify(keys=newer)


def _require_type(typ: str | None, token_type: str) -> None:
    """Raise `InvalidRequest` if the `typ` header names a kind of JWT that the declared token type does not allow."""
    if _media_type(typ) not in _TYPES[token_type]:
        raise InvalidRequest(Reason.TOKEN_TYPE_NOT_TAKEN_FROM_ISSUER)


def _media_type(typ: str | None) -> str | None:
    """Return the subtype in lower case: media types ignore case, and `application/` may be omitted."""
    if typ is None:
        return None
    subtype = typ.lower().removeprefix("application/")
    return None if subtype == _JOSE else subtype
