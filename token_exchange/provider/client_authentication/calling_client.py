"""Authenticate the client that calls an endpoint other than the token endpoint."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest
from oauth2_provider.oauth2_backends import get_oauthlib_core
from oauthlib.common import Request

from token_exchange.provider.bearer_requests import bearer_token
from token_exchange.provider.client_authentication import throttle
from token_exchange.provider.client_authentication.credentials import PARAMETERS, authenticate, presented
from token_exchange.sts.errors import TokenExchangeError
from token_exchange.sts.form import Form

SCOPE: Final = "introspection"
"""The scope that a bearer token must have here, as at the toolkit's own introspection endpoint."""


def calling_client(request: HttpRequest) -> Any | None:
    """Return the application that authenticates by its secret or by a bearer token of its own, None if none does.

    Raise `TooManyFailures` if the caller has failed too often.
    """
    if request.headers.get("Authorization", "").lower().startswith("bearer "):
        return _by_token(request)
    core = get_oauthlib_core()
    oauth_request = Request("", request.method, headers=core.extract_headers(request))
    # Only the parameters of client authentication, each with all of its values: oauthlib makes an attribute of every
    # parameter, and others could pose as attributes that the validator sets.
    form = oauth_request.form = Form.of((name, value) for name in PARAMETERS for value in request.POST.getlist(name))
    oauth_request._params.update(form.pairs)
    try:
        credentials = presented(form, request.headers.get("Authorization", ""))
    except TokenExchangeError:
        throttle.count_failure(throttle.caller_of(request.META))
        return None
    try:
        return authenticate(oauth_request, core.server.request_validator, credentials)
    except TokenExchangeError:
        return None


def _by_token(request: HttpRequest) -> Any | None:
    token = bearer_token.read(request).token
    if token is None:
        throttle.count_failure(throttle.caller_of(request.META))
        return None
    return token.application if token.allow_scopes([SCOPE]) else None
