"""Read the claims of an external issuer: check them against its row, and describe the token that they make.

Claims of a signed JWT and of an introspection answer (RFC 7662) are read alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from token_exchange.conf import token_exchange_settings
from token_exchange.jose import claims as jose_claims
from token_exchange.jose.claims import CheckedClaims
from token_exchange.jose.refusal import Flaw, Refused
from token_exchange.jose.signature import SignedClaims
from token_exchange.sts.conditions import claim_at
from token_exchange.sts.configuration import Configuration
from token_exchange.sts.delegation import Chain, parse_act
from token_exchange.sts.errors import InvalidRequest
from token_exchange.sts.issuers import SubjectMapping, TrustedIssuer
from token_exchange.sts.parties import Party, workload_party
from token_exchange.sts.reasons import Reason
from token_exchange.sts.verification import VerifiedToken
from token_exchange.toolkit.signing_keys import fixed_issuer


def named_issuer(claims: Mapping[str, object], token_type: str, configuration: Configuration) -> TrustedIssuer:
    """Return the issuer that unverified claims name; raise `InvalidRequest` if the site does not trust it."""
    # The claim only selects a row, by equality. Nothing else in the token says where keys are (RFC 8725 §3.8).
    name = claims.get("iss")
    issuer = configuration.issuers_by_name.get(name) if isinstance(name, str) else None
    if issuer is None:
        raise InvalidRequest(Reason.ISSUER_UNKNOWN)
    if issuer.uses_introspection or token_type not in issuer.token_types:
        raise InvalidRequest(Reason.TOKEN_TYPE_NOT_TAKEN_FROM_ISSUER)
    return issuer


def check(signed: SignedClaims, issuer: TrustedIssuer, now: float) -> CheckedClaims:
    """Return the signed claims, checked against the issuer's row; raise `InvalidRequest` if one is wrong."""
    try:
        return jose_claims.check(
            signed,
            issuer=issuer.issuer,
            audiences=issuer.audiences,
            now=now,
            max_age=issuer.max_age,
            subject_claim=issuer.subject_claim,
            longest_subject=issuer.longest_subject,
            audience_claim=issuer.audience_claim,
        )
    except Refused as refused:
        raise refusal(refused.flaw, issuer) from refused


def refusal(flaw: Flaw, issuer: TrustedIssuer) -> InvalidRequest:
    """Return the refusal for a wrong claim; the subject is unknown if the row's subject claim is missing."""
    if flaw is Flaw.SUBJECT_MALFORMED and issuer.subject_claim != "sub":
        return InvalidRequest(Reason.SUBJECT_UNKNOWN)
    return InvalidRequest(Reason.CLAIMS_INVALID, detail=flaw.value)


def require_conditions(issuer: TrustedIssuer, claims: Mapping[str, object]) -> None:
    """Raise `InvalidRequest` unless the claims meet every condition of the issuer's row."""
    for condition in issuer.conditions:
        if not condition.holds(claims):
            raise InvalidRequest(Reason.CLAIM_CONDITION_FAILED, detail=condition.claim)


def describe(
    token_type: str, fingerprint: str, issuer: TrustedIssuer, checked: CheckedClaims, *, host: str = ""
) -> VerifiedToken:
    """Return the verified token that the checked claims describe; `host` is the host that the request named."""
    subject = checked.subject
    is_workload = issuer.subject_mapping is SubjectMapping.WORKLOAD
    return VerifiedToken(
        token_type=token_type,
        fingerprint=fingerprint,
        party=workload_party(issuer.issuer, subject) if is_workload else Party(issuer.issuer, subject),
        account=None,
        client_id=None,
        scopes=issuer.local_scopes(_words(claim_at(checked.claims, issuer.scope_claim))),
        audiences=frozenset(),
        expires=checked.expires,
        chain=_chain(issuer, checked, host),
        root=fingerprint,
        issuer=issuer,
        token_id=checked.token_id,
        claims=checked.claims,
    )


def _words(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(value.split())
    return tuple(word for word in value if isinstance(word, str)) if isinstance(value, list) else ()


def _chain(issuer: TrustedIssuer, checked: CheckedClaims, host: str) -> Chain:
    """Return the actors that the issuer names; raise `InvalidRequest` if it names a party of this server."""
    if "may_act" in checked.claims:  # an external issuer does not decide which local party may act
        raise InvalidRequest(Reason.CHAIN_MALFORMED)
    if "act" not in checked.claims:
        return ()
    if checked.claims["act"] is None:
        raise InvalidRequest(Reason.CHAIN_MALFORMED)
    chain = tuple(Party(party.issuer or issuer.issuer, party.subject) for party in parse_act(checked.claims["act"]))
    local = {host.lower(), *map(_host_of, (token_exchange_settings.issuer, fixed_issuer()))} - {""}
    if any(party.issuer != issuer.issuer and _host_of(party.issuer or "") in local for party in chain):
        # Introspection would show such a party as a local user or client that acted.
        raise InvalidRequest(Reason.CHAIN_MALFORMED, detail="act")
    return chain


def _host_of(issuer: str) -> str:
    """Return the host that an issuer names, with its port unless that is the default port of the scheme."""
    try:
        parts = urlsplit(issuer)
        port = parts.port
    except ValueError:
        return ""
    host = parts.hostname or ""
    return host if port in (None, 443 if parts.scheme == "https" else 80) else f"{host}:{port}"
