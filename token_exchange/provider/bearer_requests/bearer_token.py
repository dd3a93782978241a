"""Read the bearer token of a request to a protected resource, and check that it is active (RFC 6750)."""

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
from token_exchange.tokens import status as statuses
from token_exchange.tokens.status import TokenStatus
from token_exchange.toolkit.caller_address import address_of
from token_exchange.toolkit.compat import access_token_model, fingerprint_of, token_database

REALM: Final = "api"
INVALID: Final = {"error": "invalid_token", "error_description": "The access token is invalid."}
OTHER_ADDRESS: Final = {
    "error": "invalid_token",
    "error_description": "The access token is not meant for this address.",
}
RETRY_AFTER: Final = "1"
"""Seconds after which a client may try again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearer:
    """Holds the bearer token of one request, or the error for the challenge."""

    token: Any | None = None
    """The access token, if it is active; its `TokenStatus` is in its attribute `exchange`."""
    is_refused: bool = False
    """True if this server knows that the token is invalid, so that no other authentication class has to try it."""
    error: Mapping[str, str] = field(default_factory=dict)
    """The error for the challenge (RFC 6750 §3.1); empty if the request has no bearer token."""

    @property
    def is_for_other_address(self) -> bool:
        """True if the token is valid, but for resources at other addresses than this one (RFC 8707)."""
        return self.error is OTHER_ADDRESS

    @property
    def is_unavailable(self) -> bool:
        """True if the rules are changing, so that the token cannot be checked."""
        return self.error is UNAVAILABLE


@sensitive_variables()
def read(request: HttpRequest) -> Bearer:
    """Return the bearer token of a request, checked by the site's validator and by ours.

    The token endpoint's server is not called: it would accept an ID token too, and raise an exception for a token that
    merely looks like one. Tokens in the URL or the body are ignored (RFC 9700 §4.3.2).
    """
    value = value_in(request)
    if value is None:
        return Bearer()
    core = get_oauthlib_core()
    oauth_request = Request(_uri_of(request), request.method, headers=core.extract_headers(request))
    try:
        valid = core.server.request_validator.validate_bearer_token(value, [], oauth_request)
        if valid and _active_status(oauth_request.access_token):
            return Bearer(token=oauth_request.access_token)
        if getattr(oauth_request, "oauth2_error", None) == UNAVAILABLE:
            return Bearer(is_refused=True, error=UNAVAILABLE)
        if oauth_request.access_token is not None:
            return Bearer(is_refused=True, error=INVALID)
        if _is_for_other_address(value, oauth_request.uri):
            return Bearer(is_refused=True, error=OTHER_ADDRESS)
    except ConfigurationIsChanging:
        return Bearer(is_refused=True, error=UNAVAILABLE)
    return Bearer(error=getattr(oauth_request, "oauth2_error", INVALID))


@sensitive_variables()
def _is_for_other_address(value: str, uri: str) -> bool:
    """True if only its address makes a token invalid; the owner of any other token learns nothing about the address."""
    tokens = access_token_model()._default_manager.using(token_database()).select_related("user", "application")
    token = tokens.filter(token_checksum=fingerprint_of(value)).first()
    if token is None or not token.is_valid() or not token.resource or token.allows_audience(uri):
        return False
    return _active_status(token) is not None


def value_in(request: HttpRequest) -> str | None:
    """Return the text of the bearer token in the Authorization header, None if there is none (RFC 6750 §2.1)."""
    value: str | None = parse_bearer_token(request.META.get("HTTP_AUTHORIZATION", ""))
    return value


@sensitive_variables()
def read_personal(request: HttpRequest) -> PersonalBearer | None:
    """Return the personal access token of a request, None if there is none or if it is not valid for this request."""
    value = value_in(request)
    if value is None:
        return None
    return bearer.accept(value, uri=_uri_of(request), address=address_of(request.META), is_secure=request.is_secure())


def _uri_of(request: HttpRequest) -> str:
    # Not the toolkit's own path: it takes a path `//other.example/` for a URI of another host (RFC 8707).
    return request.build_absolute_uri().partition("?")[0]


def status_of(token: object) -> TokenStatus | None:
    """Return the status of an active token of this server; None for an inactive token and for any other object.

    The status is computed if a validator without our mixin accepted the token. A token without an application comes
    from the introspection of another server, which does not say who acts with it. While the rules are changing, no
    token is active.
    """
    try:
        return _active_status(token)
    except ConfigurationIsChanging:
        return None


def _active_status(token: object) -> TokenStatus | None:
    if isinstance(token, PersonalBearer):
        return token.exchange if token.is_valid() else None
    if not isinstance(token, access_token_model()) or token.application_id is None:
        return None
    found = getattr(token, "exchange", None)
    if not isinstance(found, TokenStatus):
        found = statuses.of(token)
        token.exchange = found
    return found if found.is_active else None


def challenge(request: HttpRequest, error: Mapping[str, str]) -> str:
    """Return the value of the WWW-Authenticate header for an error (RFC 6750 §3)."""
    return str(build_bearer_challenge(request, oauth2_error=error, realm=REALM, resource_metadata_url=None))
