"""Replace the toolkit's authentication backend and middleware, for sites whose views look at `request.user` alone.

Only a token of the user's own login becomes the user of a request. It does so for this one request, and never on pages
for people: the admin, the consent page, the pages of applications and tokens, login and passwords. Exchanged tokens are
for views that state their requirements: see `protected_by_token` and `TokenExchangeAuthentication`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_vary_headers
from oauth2_provider.backends import OAuth2Backend
from oauth2_provider.middleware import OAuth2ExtraTokenMiddleware, OAuth2TokenMiddleware

from token_exchange.provider.bearer_requests import bearer_token, direct_login


class TokenBackendMixin:
    """Authenticates the user of a token from the user's own login, but not for a login form, and opens no session."""

    def authenticate(self, request: Any = None, **credentials: Any) -> Any | None:
        """Return the user of the bearer token; None if the call also presents a password or another credential."""
        return None if request is None or credentials else direct_login.user_of(request)

    def get_user(self, user_id: Any) -> None:
        """Return None, so that a session opened by a token has no user."""
        return


class TokenBackend(TokenBackendMixin, OAuth2Backend):
    """Adds the mixin to the toolkit's authentication backend, for the setting AUTHENTICATION_BACKENDS."""


class TokenMiddlewareMixin:
    """Sets the user of a request by a token of the user's own login, once the view of the request is known."""

    get_response: Callable[[HttpRequest], HttpResponseBase]

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Return the response, with a Vary header that tells caches that it depends on the token."""
        response = self.get_response(request)
        patch_vary_headers(response, ("Authorization",))
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Set `request.user`, unless a session has already set it."""
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            return
        found = direct_login.user_of(request)
        if found is not None:
            request.user = request._cached_user = found  # type: ignore[attr-defined]  # Django's cache of the user


class TokenMiddleware(TokenMiddlewareMixin, OAuth2TokenMiddleware):
    """Adds the mixin to the toolkit's middleware, for the setting MIDDLEWARE after AuthenticationMiddleware."""


class ExtraTokenMiddlewareMixin:
    """Sets `request.access_token` to the bearer token of a request, if it is active and valid for this address."""

    get_response: Callable[[HttpRequest], HttpResponseBase]

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Set the token, with its `TokenStatus` in the attribute `exchange`, and return the response."""
        token = bearer_token.read(request).token
        if token is not None:
            request.access_token = token  # type: ignore[attr-defined]  # the toolkit's attribute
        return self.get_response(request)


class ExtraTokenMiddleware(ExtraTokenMiddlewareMixin, OAuth2ExtraTokenMiddleware):
    """Adds the mixin to the toolkit's middleware for access tokens, for the setting MIDDLEWARE."""
