"""JWTs of trusted issuers: our own strict door, the issuer's own keys, every claim required, typed and bounded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from token_exchange.jose import compact, signature
from token_exchange.jose.compact import UnverifiedToken
from token_exchange.jose.refusal import Refused
from token_exchange.jose.signature import SignedClaims
from token_exchange.keys import cached_keys
from token_exchange.stores import issuer_health, key_locations
from token_exchange.stores.opening import Opening, fingerprint_of
from token_exchange.sts.configuration import Configuration
from token_exchange.sts.errors import InvalidRequest
from token_exchange.sts.issuers import TrustedIssuer
from token_exchange.sts.reasons import Reason
from token_exchange.sts.request import PresentedToken
from token_exchange.sts.verification import TokenVerifier, VerifiedToken
from token_exchange.sts.vocabulary import ACCESS_TOKEN, ID_TOKEN, JWT
from token_exchange.verifiers.outside_claims import check, describe, require_conditions, require_kind, trust_in

# RFC 8725 §3.11: each kind of JWT by its own type, so that none passes for another (INV-3).
_TYPES: Final[Mapping[str, frozenset[str | None]]] = {
    JWT: frozenset({None, "jwt", "at+jwt", "application/at+jwt"}),
    ID_TOKEN: frozenset({None, "jwt"}),
    ACCESS_TOKEN: frozenset({None, "jwt", "at+jwt", "application/at+jwt"}),
}


class OutsideTokenVerifier:
    """Believes an issuer that a row names, as far as that row goes."""

    def __init__(self, opening: Opening, configuration: Configuration) -> None:
        self._configuration = configuration
        self._host = opening.host

    def verify(self, token: PresentedToken, now: float) -> VerifiedToken:
        """Return what the issuer says; raise `InvalidRequest`, or `Unreachable` if its keys cannot be had."""
        try:
            unverified = compact.read(token.value)
        except Refused as refused:
            raise InvalidRequest(Reason.JWT_MALFORMED, detail=refused.flaw.value) from refused
        trust = trust_in(unverified.claims, token.token_type, self._configuration)
        _check_type(unverified.header.typ, token.token_type)
        signed = self._signed(unverified, trust)
        require_kind(unverified.claims, token.token_type, unverified.header.typ)
        checked = check(signed, trust, now)
        require_conditions(trust, checked.claims)
        issuer_health.used(trust.key)
        # Not the signature: of one token there may be several, and anybody makes the second (D55).
        return describe(
            token.token_type, fingerprint_of(unverified.signing_input.decode()), trust, checked, host=self._host
        )

    def _signed(self, unverified: UnverifiedToken, trust: TrustedIssuer) -> SignedClaims:
        location = key_locations.of(trust.key, self._configuration.version)
        keys = cached_keys.keys_for(location, unverified.header.kid)
        try:
            return signature.verify(unverified, keys, trust.algorithms, allow_missing_kid=trust.allows_missing_key_id)
        except Refused as refused:
            raise InvalidRequest(Reason.SIGNATURE_INVALID, detail=refused.flaw.value) from refused


def _check_type(typ: str | None, token_type: str) -> None:
    if (typ.lower() if typ else None) not in _TYPES[token_type]:
        raise InvalidRequest(Reason.TOKEN_TYPE_NOT_TAKEN_FROM_ISSUER)


if TYPE_CHECKING:
    _: type[TokenVerifier] = OutsideTokenVerifier
