"""Opaque tokens of another server, which is asked about each of them (RFC 7662): the way to move from it to here."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from urllib.parse import quote_plus, urlencode

from token_exchange.conf import token_exchange_settings
from token_exchange.conf.credentials import https_host
from token_exchange.configuration import key_locations
from token_exchange.fetching import transport
from token_exchange.fetching.location import IntrospectionLocation
from token_exchange.fetching.outcomes import Unreachable
from token_exchange.jose.claims import CheckedClaims, numeric_date, subject_at
from token_exchange.jose.refusal import Flaw, Refused
from token_exchange.jose.strict_json import parse_document
from token_exchange.sts.errors import InvalidRequest, TemporarilyUnavailable
from token_exchange.sts.issuers import TrustedIssuer
from token_exchange.sts.ports import TokenVerifier
from token_exchange.sts.reasons import Reason
from token_exchange.sts.request import PresentedToken
from token_exchange.sts.verification import VerificationContext, VerifiedToken
from token_exchange.sts.vocabulary import LEEWAY
from token_exchange.tokens.local_values import is_local
from token_exchange.tokens.preload import fingerprint_of
from token_exchange.trusted_issuers import health, questions
from token_exchange.trusted_issuers.external_claims import describe, refusal, require_conditions, require_kind


class IntrospectedTokenVerifier(TokenVerifier):
    """Asks the servers that the calling client's policies name, and shows a token to no other."""

    def __init__(self, context: VerificationContext) -> None:
        self._configuration = context.configuration
        self._host = context.host
        self._client = context.client

    def issuers_for(self, token_type: str) -> list[TrustedIssuer]:
        """Return the servers to ask about a token of this type, in the order of the policies."""
        policies = self._configuration.policies_for(self._client)
        named = dict.fromkeys(key for policy in policies for key in sorted(policy.trusted_issuers))
        trusted = (self._configuration.issuers[key] for key in named if key in self._configuration.issuers)
        return [issuer for issuer in trusted if issuer.uses_introspection and token_type in issuer.token_types]

    def verify(self, token: PresentedToken, now: float) -> VerifiedToken:
        """Return what the first server says that knows the token.

        Raise `InvalidRequest` if none does, and `TemporarilyUnavailable` if one that is asked does not answer.
        """
        if is_local(token.value):  # another server must not learn a live secret of this one
            raise InvalidRequest(Reason.TOKEN_UNKNOWN)
        for issuer in self.issuers_for(token.token_type):
            self._require_patience(issuer)
            answer = self._ask(token, issuer)
            if answer.get("active") is True:
                checked = check(answer, token.token_type, issuer, now)
                require_conditions(issuer, answer)
                health.used(issuer.key)
                return describe(token.token_type, fingerprint_of(token.value), issuer, checked, host=self._host)
            questions.in_vain(issuer.key, self._client.client_id)
        raise InvalidRequest(Reason.INTROSPECTION_INACTIVE)

    def _require_patience(self, issuer: TrustedIssuer) -> None:
        """Raise `TemporarilyUnavailable` where the client has had the issuer asked about too many unknown tokens."""
        wait = questions.seconds_to_wait(issuer.key, self._client.client_id)
        if wait:
            detail = "too_many_questions"
            raise TemporarilyUnavailable(
                Reason.INTROSPECTION_UNAVAILABLE, detail=detail, issuer=issuer.issuer, retry_after=wait
            )

    def _ask(self, token: PresentedToken, issuer: TrustedIssuer) -> Mapping[str, object]:
        location = key_locations.introspection_location(issuer.key, self._configuration.version)
        try:
            body = transport.request(
                location.url,
                location.reach,
                method="POST",
                body=urlencode({"token": token.value, "token_type_hint": "access_token"}).encode(),
                headers={"Content-Type": "application/x-www-form-urlencoded", **_authorization(location)},
            )
            answer = parse_document(body)
        except Unreachable as failure:
            raise _unavailable(issuer, failure.outcome) from failure
        except Refused as refused:
            raise _unavailable(issuer, refused.flaw.value) from refused
        health.answered(issuer.key)
        return answer


def _unavailable(issuer: TrustedIssuer, outcome: str) -> TemporarilyUnavailable:
    health.failed(issuer.key, outcome)
    return TemporarilyUnavailable(Reason.INTROSPECTION_UNAVAILABLE, detail=outcome, issuer=issuer.issuer)


def _authorization(location: IntrospectionLocation) -> dict[str, str]:
    if not https_host(location.url):
        raise Unreachable("url_invalid")
    credentials = token_exchange_settings.credentials.get(location.credentials)
    # A row is easier to change than the settings: it must not send a secret, and users' tokens, to another host.
    if credentials is None or not credentials.are_for(location.url):
        raise Unreachable("no_credentials")
    pair = f"{quote_plus(credentials.client_id)}:{quote_plus(credentials.client_secret)}"
    return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


def check(answer: Mapping[str, object], token_type: str, issuer: TrustedIssuer, now: float) -> CheckedClaims:
    """Check the answer like claims; a server that names no audience must name a client among ours instead.

    Raise `InvalidRequest` if it does not hold.
    """
    require_kind(answer, token_type)
    try:
        expires = numeric_date(answer.get("exp"))
    except Refused as refused:
        raise _invalid(refused.flaw) from refused
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
