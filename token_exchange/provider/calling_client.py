"""Which confidential client calls an endpoint other than the token endpoint."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest
from oauth2_provider.oauth2_backends import get_oauthlib_core
from oauthlib.common import Request

from token_exchange.provider import bearer, client_authentication, throttle
from token_exchange.sts.errors import TokenExchangeError
from token_exchange.sts.form import Form

SCOPE: Final = "introspection"
"""What a bearer token needs, as for the toolkit's own endpoint."""


def calling_client(request: HttpRequest) -> Any | None:
    """Return the application that authenticated itself, by its secret or by a bearer token of its own.

    Raise `TooManyFailures` where the caller has failed too often.
    """
    if request.headers.get("Authorization", "").lower().startswith("bearer "):
        return _by_token(request)
    core = get_oauthlib_core()
    oauth_request = Request("", request.method, headers=core.extract_headers(request))
    # The parameters of client authentication alone, each with all of its values: no other name of a body becomes an
    # attribute of the request.
    form = oauth_request.form = Form.of(
        (name, value) for name in client_authentication.PARAMETERS for value in request.POST.getlist(name)
    )
    oauth_request._params.update(form.pairs)
    try:
        credentials = client_authentication.presented(form, request.headers.get("Authorization", ""))
    except TokenExchangeError:
        throttle.failed(throttle.caller_of(request.META))
        return None
    try:
        return client_authentication.authenticate(oauth_request, core.server.request_validator, credentials)
    except TokenExchangeError:
        return None


def _by_token(request: HttpRequest) -> Any | None:
    token = bearer.read(request).token
    if token is None:
        throttle.failed(throttle.caller_of(request.META))
        return None
    return token.application if token.allow_scopes([SCOPE]) else None
