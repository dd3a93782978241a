"""JWTs of trusted issuers: our own strict door, the issuer's own keys, every claim required, typed and bounded."""

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
from token_exchange.tokens.preload import fingerprint_of
from token_exchange.trusted_issuers import cached_keys, health
from token_exchange.trusted_issuers.external_claims import (
    check,
    describe,
    named_issuer,
    require_conditions,
    require_kind,
)

# RFC 8725 §3.11: each kind of JWT by its own type, so that none passes for another (INV-3).
_TYPES: Final[Mapping[str, frozenset[str | None]]] = {
    JWT: frozenset({None, "jwt", "at+jwt"}),
    ID_TOKEN: frozenset({None, "jwt"}),
    ACCESS_TOKEN: frozenset({None, "jwt", "at+jwt"}),
}
# It says that the object is a compact JWS, which is known already (RFC 7515 §4.1.9).
_JOSE: Final = "jose"
# What newer keys may cure, beside an unknown name: an issuer may put a new key under the old name.
_OF_AN_OLD_KEY: Final = frozenset({Flaw.SIGNATURE_WRONG, Flaw.KEY_OF_OTHER_ALGORITHM})


class ExternalTokenVerifier(TokenVerifier):
    """Believes an issuer that a row names, as far as that row goes."""

    def __init__(self, context: VerificationContext) -> None:
        self._configuration = context.configuration
        self._host = context.host

    def verify(self, token: PresentedToken, now: float) -> VerifiedToken:
        """Return what the issuer says; raise `InvalidRequest`, or `TemporarilyUnavailable` without its keys."""
        try:
            unverified = compact.read(token.value)
        except Refused as refused:
            raise InvalidRequest(Reason.JWT_MALFORMED, detail=refused.flaw.value) from refused
        issuer = named_issuer(unverified.claims, token.token_type, self._configuration)
        _check_type(unverified.header.typ, token.token_type)
        signed = self._signed(unverified, issuer)
        require_kind(unverified.claims, token.token_type, unverified.header.typ)
        checked = check(signed, issuer, now)
        require_conditions(issuer, checked.claims)
        health.used(issuer.key)
        # Not the signature: of one token there may be several, and anybody makes the second (D55).
        return describe(
            token.token_type, fingerprint_of(unverified.signing_input.decode()), issuer, checked, host=self._host
        )

    def _signed(self, unverified: UnverifiedToken, issuer: TrustedIssuer) -> SignedClaims:
        location = key_locations.key_location(issuer.key, self._configuration.version)
        try:
            # Before any fetch: no key that the issuer may have makes another algorithm acceptable.
            signature.require_pinned(unverified.header.alg, issuer.algorithms)
            return _verified(unverified, issuer, location)
        except Refused as refused:
            raise InvalidRequest(Reason.SIGNATURE_INVALID, detail=refused.flaw.value) from refused
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
    keys = cached_keys.keys_for(location, unverified.header.kid)
    try:
        return verify(keys=keys)
    except Refused as refused:
        newer = cached_keys.newer_keys(location) if refused.flaw in _OF_AN_OLD_KEY else None
        if newer is None:
            raise
    return verify(keys=newer)


def _check_type(typ: str | None, token_type: str) -> None:
    if _media_type(typ) not in _TYPES[token_type]:
        raise InvalidRequest(Reason.TOKEN_TYPE_NOT_TAKEN_FROM_ISSUER)


def _media_type(typ: str | None) -> str | None:
    """The subtype in small letters: media types are told without regard to case, `application/` may be left out."""
    if typ is None:
        return None
    subtype = typ.lower().removeprefix("application/")
    return None if subtype == _JOSE else subtype
