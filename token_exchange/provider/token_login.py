"""In place of the toolkit's authentication backend and middleware, for sites whose views look at `request.user` alone.

Only the token of a direct login becomes the user of a request, for this one request, and never on the pages of people:
the admin, the consent page, the pages of applications and tokens, login and passwords. What an exchange issued is for
views that say what they ask of a token: see `protected_by_token` and `TokenExchangeAuthentication`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_vary_headers
from oauth2_provider.backends import OAuth2Backend
from oauth2_provider.middleware import OAuth2ExtraTokenMiddleware, OAuth2TokenMiddleware

from token_exchange.provider import bearer, direct_login


class TokenBackendMixin:
    """Takes the token of a direct login, but not at a login form, and opens no session."""

    def authenticate(self, request: Any = None, **credentials: Any) -> Any | None:
        """Return the user of the bearer token; None where a password or another credential was presented besides."""
        return None if request is None or credentials else direct_login.user_of(request)

    def get_user(self, user_id: Any) -> None:
        """Return no user: a session that a token has opened counts for nothing."""
        return


class TokenBackend(TokenBackendMixin, OAuth2Backend):
    """For AUTHENTICATION_BACKENDS."""


class TokenMiddlewareMixin:
    """Makes the token of a direct login the user of a request, once it is known which view the request is for."""

    get_response: Callable[[HttpRequest], HttpResponseBase]

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, and tell caches that the answer depends on the token."""
        response = self.get_response(request)
        patch_vary_headers(response, ("Authorization",))
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Set `request.user`, unless a session has given the request its user."""
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            return
        found = direct_login.user_of(request)
        if found is not None:
            request.user = request._cached_user = found  # type: ignore[attr-defined]  # where Django keeps it


class TokenMiddleware(TokenMiddlewareMixin, OAuth2TokenMiddleware):
    """For MIDDLEWARE, after AuthenticationMiddleware."""


class ExtraTokenMiddlewareMixin:
    """Sets `request.access_token` to the bearer token of a request where it is active and meant for this address."""

    get_response: Callable[[HttpRequest], HttpResponseBase]

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Put the token on the request, with its `Standing` in `exchange`, and answer."""
        token = bearer.read(request).token
        if token is not None:
            request.access_token = token  # type: ignore[attr-defined]  # the toolkit's name for it
        return self.get_response(request)


class ExtraTokenMiddleware(ExtraTokenMiddlewareMixin, OAuth2ExtraTokenMiddleware):
    """For MIDDLEWARE."""
