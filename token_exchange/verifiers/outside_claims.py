"""What claims that an outside issuer has signed prove here: whose token it is, and what it may bring."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from token_exchange.jose import claims as jose_claims
from token_exchange.jose.claims import MAX_IDENTIFIER, CheckedClaims
from token_exchange.jose.names import is_name
from token_exchange.jose.refusal import Refused
from token_exchange.jose.signature import SignedClaims
from token_exchange.sts.conditions import claim_at
from token_exchange.sts.configuration import Configuration
from token_exchange.sts.delegation import Chain, parse_act
from token_exchange.sts.errors import InvalidRequest
from token_exchange.sts.issuers import SubjectMapping, TrustedIssuer
from token_exchange.sts.parties import Party, workload_party
from token_exchange.sts.reasons import Reason
from token_exchange.sts.verification import VerifiedToken
from token_exchange.sts.vocabulary import ACCESS_TOKEN

_HASHES: Final = frozenset({"at_hash", "c_hash", "s_hash"})
"""Of what an ID token was issued beside (OpenID Connect Core §3.1.3.6, §3.3.2.11)."""


def trust_in(claims: Mapping[str, object], token_type: str, configuration: Configuration) -> TrustedIssuer:
    """Return the trust in the issuer that the claims name, not proved yet; raise `InvalidRequest` if there is none."""
    # What the token says of its issuer chooses a row by equality, and nothing else (INV-5).
    issuer = claims.get("iss")
    trust = configuration.issuers_by_name.get(issuer) if isinstance(issuer, str) else None
    if trust is None:
        raise InvalidRequest(Reason.ISSUER_UNKNOWN)
    if trust.asks_issuer or token_type not in trust.token_types or _tells_another_kind(claims, token_type):
        raise InvalidRequest(Reason.TOKEN_TYPE_NOT_TAKEN_FROM_ISSUER)
    return trust


def _tells_another_kind(claims: Mapping[str, object], token_type: str) -> bool:
    """Whether there are claims that only another kind of token has (RFC 8725 §3.12), whatever its header says."""
    # A logout token or a security event, and an ID token that is declared an access token (Logto 508de60b9f).
    return "events" in claims or (token_type == ACCESS_TOKEN and not _HASHES.isdisjoint(claims))


def check(signed: SignedClaims, trust: TrustedIssuer, now: float) -> CheckedClaims:
    """Return the claims as checked against the issuer's row; raise `InvalidRequest` if they do not hold."""
    try:
        return jose_claims.check(signed, issuer=trust.issuer, audiences=trust.audiences, now=now, max_age=trust.max_age)
    except Refused as refused:
        raise InvalidRequest(Reason.CLAIMS_INVALID, detail=refused.flaw.value) from refused


def require_conditions(trust: TrustedIssuer, claims: Mapping[str, object]) -> None:
    """Raise `InvalidRequest` unless every condition of the issuer holds."""
    for condition in trust.conditions:
        if not condition.holds(claims):
            raise InvalidRequest(Reason.CLAIM_CONDITION_FAILED, detail=condition.claim)


def describe(token_type: str, fingerprint: str, trust: TrustedIssuer, checked: CheckedClaims) -> VerifiedToken:
    """Return the verified token that checked claims of a trusted issuer make."""
    if "cnf" in checked.claims:  # TXS-014: nobody proves the key here, and what is issued is a Bearer token
        raise InvalidRequest(Reason.TOKEN_BOUND_TO_KEY)
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
