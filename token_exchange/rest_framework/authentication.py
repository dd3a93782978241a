"""Authenticate requests by bearer tokens, and set who acts for whom."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from oauth2_provider.contrib.rest_framework import OAuth2Authentication
from rest_framework import status
from rest_framework.exceptions import APIException, AuthenticationFailed
from rest_framework.request import Request
from rest_framework.settings import api_settings

from token_exchange.conf import token_exchange_settings
from token_exchange.configuration.snapshot import ConfigurationIsChanging
from token_exchange.personal_access_tokens.lookup import PREFIX
from token_exchange.provider.bearer_requests import bearer_token

INVALID: Final = _("The access token is invalid.")
OTHER_ADDRESS: Final = _("The access token is not meant for this address.")


class Unavailable(APIException):
    """Answers 503 while the rules are changing, because the token cannot be checked."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = _("The access token cannot be checked at the moment.")
    wait = int(bearer_token.RETRY_AFTER)  # REST framework sends this as Retry-After


class TokenExchangeAuthentication(OAuth2Authentication):
    """Authenticates by access tokens that are active under the current rules.

    It sets `request.auth` to the access token, `request.auth.exchange` to its `TokenStatus`, and `request.actor` to the
    current actor. An inactive token of this server is refused; other credentials are left to the next authentication
    class.
    """

    www_authenticate_realm = bearer_token.REALM

    def authenticate(self, request: Request | None) -> tuple[Any, Any] | None:
        """Return the user and the access token, None if the request has no token of this server."""
        if request is None:
            return None
        found = bearer_token.read(request)
        request.oauth2_error = found.error  # type: ignore[attr-defined]  # the toolkit reads it there
        if found.is_unavailable:
            raise Unavailable
        if found.is_refused:
            raise AuthenticationFailed(OTHER_ADDRESS if found.is_for_other_address else INVALID)
        if found.token is None:
            return None
        # If the token names no actor, the one that the site's middleware has set remains.
        request.actor = found.token.exchange.actor or getattr(request, "actor", None)  # type: ignore[attr-defined]  # ours
        return found.token.user or _anonymous(), found.token


class PersonalAccessTokenAuthentication(TokenExchangeAuthentication):
    """Authenticates by personal access tokens without an exchange, if PERSONAL_ACCESS_TOKEN_BEARER is on.

    It sets `request.auth` to an object that TokenHasScope, TokenHasAudience and similar permissions accept as a token.
    Do not use it on views that create credentials: a script must not do that in the name of its user.
    """

    def authenticate(self, request: Request | None) -> tuple[Any, Any] | None:
        """Return the owner and the token, None for other credentials; refuse a token that is not valid here."""
        is_on = token_exchange_settings.personal_access_token_bearer
        if request is None or not is_on or not has_personal_access_token(request):
            return None
        try:
            found = bearer_token.read_personal(request)
        except ConfigurationIsChanging as changing:
            raise Unavailable from changing
        if found is None:
            request.oauth2_error = bearer_token.INVALID  # type: ignore[attr-defined]  # the toolkit reads it there
            raise AuthenticationFailed(INVALID)
        return found.user, found


def has_personal_access_token(request: Request) -> bool:
    """True if the bearer token of a request has the prefix of personal access tokens; it may be invalid."""
    return (bearer_token.value_in(request) or "").startswith(PREFIX)


def _anonymous() -> Any:
    """Return the user for a token whose subject is a client: REST framework's UNAUTHENTICATED_USER."""
    anonymous: Any = api_settings.UNAUTHENTICATED_USER
    return anonymous and anonymous()
