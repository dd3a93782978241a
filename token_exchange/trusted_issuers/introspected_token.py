"""Verify an introspected token: an opaque token of an external issuer, which is asked about it (RFC 7662).

A site moves from another authorization server to this one in this way.
"""

from __future__ import annotations

from collections.abc import Mapping

from token_exchange.configuration import key_locations
from token_exchange.jose.claims import CheckedClaims, numeric_date, subject_at
from token_exchange.jose.refusal import Flaw, Refused
from token_exchange.sts.errors import InvalidRequest
from token_exchange.sts.issuers import TrustedIssuer
from token_exchange.sts.ports import TokenVerifier
from token_exchange.sts.reasons import Reason
from token_exchange.sts.request import PresentedToken
from token_exchange.sts.verification import VerificationContext, VerifiedToken
from token_exchange.sts.vocabulary import LEEWAY
from token_exchange.tokens.local_values import is_local
from token_exchange.toolkit.compat import fingerprint_of
from token_exchange.trusted_issuers import health, introspection
from token_exchange.trusted_issuers.claims import describe, refusal, require_conditions
from token_exchange.trusted_issuers.refusals import RefusedAs, require_kind


class IntrospectedTokenVerifier(TokenVerifier):
    """Ask the issuers that the calling client's policies name about a token, and show the token to no others."""

    def __init__(self, context: VerificationContext) -> None:
        self._configuration = context.configuration
        self._host = context.host
        self._client = context.client

    def issuers_for(self, token_type: str) -> list[TrustedIssuer]:
        """Return the issuers to ask about a token of this type, in the order of the policies."""
        policies = self._configuration.policies_for(self._client)
        named = dict.fromkeys(key for policy in policies for key in sorted(policy.trusted_issuers))
        trusted = (self._configuration.issuers[key] for key in named if key in self._configuration.issuers)
        return [issuer for issuer in trusted if issuer.uses_introspection and token_type in issuer.token_types]

    def verify(self, token: PresentedToken, now: float) -> VerifiedToken:
        """Return the token as the first issuer describes it that reports it as active.

        Raise `InvalidRequest` if no issuer does, and `TemporarilyUnavailable` if an issuer does not answer.
        """
        if is_local(token.value):  # another server must not learn a valid token of this one
            raise InvalidRequest(Reason.TOKEN_UNKNOWN)
        client_id = self._client.client_id
        for issuer in self.issuers_for(token.token_type):
            introspection.require_below_limit(issuer, client_id)
            location = key_locations.introspection_location(issuer.key, self._configuration.version)
            answer = introspection.ask(token.value, issuer, location)
            if answer.get("active") is True:
                checked = check(answer, token.token_type, issuer, now)
                require_conditions(issuer, answer)
                health.used(issuer.key)
                return describe(token.token_type, fingerprint_of(token.value), issuer, checked, host=self._host)
            introspection.count_unknown(issuer, client_id)
        raise InvalidRequest(Reason.INTROSPECTION_INACTIVE)


def check(answer: Mapping[str, object], token_type: str, issuer: TrustedIssuer, now: float) -> CheckedClaims:
    """Return the answer as checked claims; raise `InvalidRequest` if a member is missing or wrong.

    An answer without an audience must name, as `client_id`, one of the audiences of the row.
    """
    require_kind(answer, token_type)
    with RefusedAs(Reason.CLAIMS_INVALID):
        expires = numeric_date(answer.get("exp"))
    if now >= expires + LEEWAY:
        raise _invalid(Flaw.EXPIRED)
    if answer.get("iss", issuer.issuer) != issuer.issuer:
        raise _invalid(Flaw.ISSUER_WRONG)
    return CheckedClaims(
        issuer=issuer.issuer,
        subject=_subject(answer, issuer),
        audiences=_audiences(answer, issuer),
        expires=expires,
        issued_at=int(now),
        token_id=None,
        claims=answer,
    )


def _subject(answer: Mapping[str, object], issuer: TrustedIssuer) -> str:
    try:
        return subject_at(answer, issuer.subject_claim, issuer.longest_subject)
    except Refused as refused:
        raise refusal(refused.flaw, issuer) from refused


def _audiences(answer: Mapping[str, object], issuer: TrustedIssuer) -> frozenset[str]:
    instead = answer.get("client_id") if issuer.audience_claim == "aud" else None
    named = answer.get(issuer.audience_claim, instead)
    audiences = frozenset(name for name in (named if isinstance(named, list) else [named]) if isinstance(name, str))
    if audiences.isdisjoint(issuer.audiences):
        raise _invalid(Flaw.AUDIENCE_WRONG)
    return audiences


def _invalid(flaw: Flaw) -> InvalidRequest:
    return InvalidRequest(Reason.CLAIMS_INVALID, detail=flaw.value)
