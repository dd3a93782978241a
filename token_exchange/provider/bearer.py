"""The bearer token of a request to a protected resource, and whether it stands (RFC 6750)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.http import HttpRequest
from django.views.decorators.debug import sensitive_variables
from oauth2_provider.oauth2_backends import get_oauthlib_core
from oauth2_provider.utils import parse_bearer_token
from oauth2_provider.www_authenticate import build_bearer_challenge
from oauthlib.common import Request

from token_exchange.configuration.snapshot import ConfigurationIsChanging
from token_exchange.personal_access_tokens import bearer
from token_exchange.personal_access_tokens.bearer import PersonalBearer
from token_exchange.provider.validator import UNAVAILABLE
from token_exchange.tokens import status as standings
from token_exchange.tokens.preload import fingerprint_of
from token_exchange.tokens.status import TokenStatus
from token_exchange.toolkit.caller_address import address_of
from token_exchange.toolkit.compat import access_token_model, token_database

REALM: Final = "api"
INVALID: Final = {"error": "invalid_token", "error_description": "The access token is invalid."}
ELSEWHERE: Final = {"error": "invalid_token", "error_description": "The access token is not meant for this address."}
RETRY_AFTER: Final = "1"
"""Seconds after which it is worth asking again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearer:
    """What came in the Authorization header."""

    token: Any | None = None
    """The access token, if it stands; its `Standing` is in its attribute `exchange`."""
    is_refused: bool = False
    """Whether it is a token of this server that does not stand: nobody else need look at it."""
    error: Mapping[str, str] = field(default_factory=dict)
    """For the challenge (RFC 6750 §3.1); empty where no token came."""

    @property
    def is_elsewhere(self) -> bool:
        """True if the token is good, but for resources at other addresses than this one (RFC 8707)."""
        return self.error is ELSEWHERE

    @property
    def is_unavailable(self) -> bool:
        """True if the rules could not be read, so that nothing is known about the token."""
        return self.error is UNAVAILABLE


@sensitive_variables()
def read(request: HttpRequest) -> Bearer:
    """Return what a request carries, by the judgement of the site's own validator and ours.

    The token endpoint's server is not asked: it would take an ID token too, and fail on what only looks like
    one (P26). A token in URL or body is not looked at (RFC 9700 §4.3.2).
    """
    value = value_in(request)
    if value is None:
        return Bearer()
    core = get_oauthlib_core()
    asked = Request(_uri_of(request), request.method, headers=core.extract_headers(request))
    try:
        valid = core.server.request_validator.validate_bearer_token(value, [], asked)
        if valid and _judged(asked.access_token):
            return Bearer(token=asked.access_token)
        if getattr(asked, "oauth2_error", None) == UNAVAILABLE:
            return Bearer(is_refused=True, error=UNAVAILABLE)
        if asked.access_token is not None:
            return Bearer(is_refused=True, error=INVALID)
        if _is_meant_elsewhere(value, asked.uri):
            return Bearer(is_refused=True, error=ELSEWHERE)
    except ConfigurationIsChanging:
        return Bearer(is_refused=True, error=UNAVAILABLE)
    return Bearer(error=getattr(asked, "oauth2_error", INVALID))


@sensitive_variables()
def _is_meant_elsewhere(value: str, uri: str) -> bool:
    """Return True only for a token that is good otherwise: of any other nothing is told but that it is invalid."""
    tokens = access_token_model()._default_manager.using(token_database()).select_related("user", "application")
    token = tokens.filter(token_checksum=fingerprint_of(value)).first()
    if token is None or not token.is_valid() or not token.resource or token.allows_audience(uri):
        return False
    return _judged(token) is not None


def value_in(request: HttpRequest) -> str | None:
    """Return the bearer token in the Authorization header as it came, None if there is none (RFC 6750 §2.1)."""
    value: str | None = parse_bearer_token(request.META.get("HTTP_AUTHORIZATION", ""))
    return value


@sensitive_variables()
def read_personal(request: HttpRequest) -> PersonalBearer | None:
    """Return the personal access token that a request carries, None if there is none that counts here and now."""
    value = value_in(request)
    if value is None:
        return None
    return bearer.accept(value, uri=_uri_of(request), address=address_of(request.META), is_secure=request.is_secure())


def _uri_of(request: HttpRequest) -> str:
    # Not the toolkit's own path: that reads `//other.example/` as a URI of another host (RFC 8707).
    return request.build_absolute_uri().partition("?")[0]


def status_of(token: object) -> TokenStatus | None:
    """Return the standing of a token of this server, None for one that has fallen and for anything else.

    It is computed where the site's validator has left none, because it lacks our mixin. A token without
    application comes from another server's introspection (P25): nobody here knows who acts behind it. While the rules
    cannot be read, no token counts.
    """
    try:
        return _judged(token)
    except ConfigurationIsChanging:
        return None


def _judged(token: object) -> TokenStatus | None:
    if isinstance(token, PersonalBearer):
        return token.exchange if token.is_valid() else None
    if not isinstance(token, access_token_model()) or token.application_id is None:
        return None
    found = getattr(token, "exchange", None)
    if not isinstance(found, TokenStatus):
        found = standings.of(token)
        token.exchange = found
    return found if found.is_active else None


def challenge(request: HttpRequest, error: Mapping[str, str]) -> str:
    """Return the WWW-Authenticate header for a refusal (RFC 6750 §3)."""
    return str(build_bearer_challenge(request, oauth2_error=error, realm=REALM, resource_metadata_url=None))
