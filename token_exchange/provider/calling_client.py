"""Which confidential client calls an endpoint other than the token endpoint."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest
from oauth2_provider.oauth2_backends import get_oauthlib_core
from oauthlib.common import Request

from token_exchange.provider import bearer, client_authentication
from token_exchange.sts.errors import TokenExchangeError

SCOPE: Final = "introspection"
"""What a bearer token needs, as for the toolkit's own endpoint."""


def calling_client(request: HttpRequest) -> Any | None:
    """Return the application that authenticated itself, by its secret or by a bearer token of its own."""
    if request.headers.get("Authorization", "").lower().startswith("bearer "):
        token = bearer.read(request).token
        return token.application if token is not None and token.allow_scopes([SCOPE]) else None
    core = get_oauthlib_core()
    uri, method, body, headers = core._extract_params(request)
    oauth_request = Request(uri, method, body, headers)
    try:
        credentials = client_authentication.presented(oauth_request)
        return client_authentication.authenticate(oauth_request, core.server.request_validator, credentials)
    except TokenExchangeError:
        return None
