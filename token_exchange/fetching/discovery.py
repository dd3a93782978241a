"""Find the key URL of an issuer with OpenID Connect Discovery or RFC 8414, comparing the issuer exactly."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from token_exchange.fetching import transport
from token_exchange.fetching.location import Reach
from token_exchange.fetching.outcomes import Unreachable, most_telling
from token_exchange.jose.refusal import Refused
from token_exchange.jose.strict_json import parse_document


def jwks_url_of(issuer: str, reach: Reach) -> str:
    """Return the JWKS URL that the issuer's metadata name; raise `Unreachable` if no metadata can be read."""
    failures = []
    for url in _well_known(issuer):
        try:
            return _jwks_url(transport.request(url, reach), issuer)
        except Unreachable as failure:
            failures.append(failure)
    if all(failure.outcome == "status_404" for failure in failures):
        raise Unreachable("no_metadata")
    raise most_telling(failures)


def _well_known(issuer: str) -> Iterator[str]:
    parts = urlsplit(issuer)
    path = parts.path.rstrip("/")
    origin = f"{parts.scheme}://{parts.netloc}"
    yield f"{origin}{path}/.well-known/openid-configuration"
    yield f"{origin}/.well-known/oauth-authorization-server{path}"


def _jwks_url(document: bytes, issuer: str) -> str:
    try:
        metadata = parse_document(document)
    except Refused as refused:
        raise Unreachable(refused.flaw.value) from refused
    if metadata.get("issuer") != issuer:
        raise Unreachable("issuer_differs")
    url = metadata.get("jwks_uri")
    if not isinstance(url, str) or not url.startswith("https://"):
        raise Unreachable("no_jwks_url")
    return url
