"""Ask an external issuer about an opaque token (RFC 7662), within a limit for each client.

Values that a client makes up would otherwise turn this server into a source of requests to the issuer.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from urllib.parse import quote_plus, urlencode

from token_exchange import per_minute
from token_exchange.conf import token_exchange_settings
from token_exchange.conf.credentials import https_host
from token_exchange.fetching import transport
from token_exchange.fetching.location import IntrospectionLocation
from token_exchange.fetching.outcomes import Unreachable
from token_exchange.jose.refusal import Refused
from token_exchange.jose.strict_json import parse_document
from token_exchange.sts.errors import TemporarilyUnavailable
from token_exchange.sts.issuers import TrustedIssuer
from token_exchange.sts.reasons import Reason
from token_exchange.trusted_issuers import health


def require_below_limit(issuer: TrustedIssuer, client_id: str) -> None:
    """Raise `TemporarilyUnavailable` if the client has asked this issuer about too many unknown tokens."""
    limit, name = token_exchange_settings.bad_tokens_per_minute, _counter(issuer, client_id)
    if limit and per_minute.counts([name]).get(name, 0) >= limit:
        detail, wait = "too_many_questions", per_minute.seconds_left()
        raise TemporarilyUnavailable(
            Reason.INTROSPECTION_UNAVAILABLE, detail=detail, issuer=issuer.issuer, retry_after=wait
        )


def count_unknown(issuer: TrustedIssuer, client_id: str) -> None:
    """Count one token, presented by this client, that the issuer did not report as active."""
    per_minute.increment(_counter(issuer, client_id))


def _counter(issuer: TrustedIssuer, client_id: str) -> str:
    return f"questions.{issuer.key}.{client_id}"


def ask(value: str, issuer: TrustedIssuer, location: IntrospectionLocation) -> Mapping[str, object]:
    """Return the issuer's answer about a token; raise `TemporarilyUnavailable` if it does not give a valid one."""
    try:
        body = transport.request(
            location.url,
            location.reach,
            method="POST",
            body=urlencode({"token": value, "token_type_hint": "access_token"}).encode(),
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
    # More people may change a row than the settings: a row must not send the site's secret, and its users' tokens, to
    # another host.
    if credentials is None or not credentials.are_for(location.url):
        raise Unreachable("no_credentials")
    pair = f"{quote_plus(credentials.client_id)}:{quote_plus(credentials.client_secret)}"
    return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
