"""JWTs of trusted issuers: our own strict door, the issuer's own keys, every claim required, typed and bounded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from token_exchange.jose import claims as jose_claims
from token_exchange.jose import compact, signature
from token_exchange.jose.claims import MAX_IDENTIFIER, CheckedClaims
from token_exchange.jose.compact import UnverifiedToken
from token_exchange.jose.names import is_name
from token_exchange.jose.refusal import Refused
from token_exchange.keys import cached_keys
from token_exchange.stores import issuer_health, key_locations
from token_exchange.stores.opening import Opening, fingerprint_of
from token_exchange.sts.conditions import claim_at
from token_exchange.sts.configuration import Configuration
from token_exchange.sts.delegation import Chain, parse_act
from token_exchange.sts.errors import InvalidRequest
from token_exchange.sts.issuers import SubjectMapping, TrustedIssuer
from token_exchange.sts.parties import Party, workload_party
from token_exchange.sts.reasons import Reason
from token_exchange.sts.request import PresentedToken
from token_exchange.sts.verification import TokenVerifier, VerifiedToken
from token_exchange.sts.vocabulary import ACCESS_TOKEN, ID_TOKEN, JWT

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

    def verify(self, token: PresentedToken, now: float) -> VerifiedToken:
        """Return what the issuer says; raise `InvalidRequest`, or `Unreachable` if its keys cannot be had."""
        try:
            unverified = compact.read(token.value)
        except Refused as refused:
            raise InvalidRequest(Reason.JWT_MALFORMED, detail=refused.flaw.value) from refused
        trust = self._trust_in(unverified, token.token_type)
        checked = self._check(unverified, trust, now)
        require_conditions(trust, checked.claims)
        issuer_health.used(trust.key)
        # Not the signature: of one token there may be several, and anybody makes the second (D55).
        return describe(token.token_type, fingerprint_of(unverified.signing_input.decode()), trust, checked)

    def _trust_in(self, unverified: UnverifiedToken, token_type: str) -> TrustedIssuer:
        # What the token says of its issuer chooses a row by equality, and nothing else (INV-5).
        issuer = unverified.claims.get("iss")
        trust = self._configuration.issuers_by_name.get(issuer) if isinstance(issuer, str) else None
        if trust is None:
            raise InvalidRequest(Reason.ISSUER_UNKNOWN)
        typ = unverified.header.typ
        of_its_type = (typ.lower() if typ else None) in _TYPES[token_type] and "events" not in unverified.claims
        if trust.asks_issuer or token_type not in trust.token_types or not of_its_type:
            raise InvalidRequest(Reason.TOKEN_TYPE_NOT_TAKEN_FROM_ISSUER)
        return trust

    def _check(self, unverified: UnverifiedToken, trust: TrustedIssuer, now: float) -> CheckedClaims:
        location = key_locations.of(trust.key, self._configuration.version)
        keys = cached_keys.keys_for(location, unverified.header.kid)
        try:
            signed = signature.verify(unverified, keys, trust.algorithms, allow_missing_kid=trust.allows_missing_key_id)
        except Refused as refused:
            raise InvalidRequest(Reason.SIGNATURE_INVALID, detail=refused.flaw.value) from refused
        try:
            return jose_claims.check(
                signed, issuer=trust.issuer, audiences=trust.audiences, now=now, max_age=trust.max_age
            )
        except Refused as refused:
            raise InvalidRequest(Reason.CLAIMS_INVALID, detail=refused.flaw.value) from refused


def require_conditions(trust: TrustedIssuer, claims: Mapping[str, object]) -> None:
    """Raise `InvalidRequest` unless every condition of the issuer holds."""
    for condition in trust.conditions:
        if not condition.holds(claims):
            raise InvalidRequest(Reason.CLAIM_CONDITION_FAILED, detail=condition.claim)


def describe(token_type: str, fingerprint: str, trust: TrustedIssuer, checked: CheckedClaims) -> VerifiedToken:
    """Return the verified token that checked claims of a trusted issuer make."""
    named = claim_at(checked.claims, trust.subject_claim)
    if not is_name(named, MAX_IDENTIFIER) or not named.strip():
        raise InvalidRequest(Reason.SUBJECT_UNKNOWN)
    is_workload = trust.subject_mapping is SubjectMapping.WORKLOAD
    return VerifiedToken(
        token_type=token_type,
        fingerprint=fingerprint,
        party=workload_party(trust.issuer, named) if is_workload else Party(trust.issuer, named),
        account=None,
        client_id=None,
        scopes=trust.own_scopes(_words(claim_at(checked.claims, trust.scope_claim))),
        audiences=frozenset(),
        expires=checked.expires,
        chain=_chain(trust, checked),
        root=fingerprint,
        trust=trust,
        token_id=checked.token_id,
        claims=checked.claims,
    )


def _words(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(value.split())
    return tuple(word for word in value if isinstance(word, str)) if isinstance(value, list) else ()


def _chain(trust: TrustedIssuer, checked: CheckedClaims) -> Chain:
    """The actors that the issuer names, all of them outside: nobody in there can pose as one of ours (F44)."""
    if "may_act" in checked.claims:  # T20: an outside issuer does not say who of ours may act
        raise InvalidRequest(Reason.CHAIN_MALFORMED)
    if "act" not in checked.claims:
        return ()
    if checked.claims["act"] is None:
        raise InvalidRequest(Reason.CHAIN_MALFORMED)
    return tuple(Party(party.issuer or trust.issuer, party.subject) for party in parse_act(checked.claims["act"]))


if TYPE_CHECKING:
    _: type[TokenVerifier] = OutsideTokenVerifier
