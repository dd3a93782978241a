"""Bearer authentication that knows who acts for whom."""

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
    """The rules are changing at this moment, so the token cannot be judged."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = _("The access token cannot be checked at the moment.")
    wait = int(bearer_token.RETRY_AFTER)  # REST framework makes Retry-After of it


class TokenExchangeAuthentication(OAuth2Authentication):
    """Sets `request.auth` to the access token, `request.auth.exchange` to its `Standing`, `request.actor` to who acts.

    A token of this server that has fallen is refused for good; anything else that is no token of this server
    is left to the next authentication class.
    """

    www_authenticate_realm = bearer_token.REALM

    def authenticate(self, request: Request | None) -> tuple[Any, Any] | None:
        """Return the user and the access token, or None where the request carries none of ours."""
        if request is None:
            return None
        found = bearer_token.read(request)
        request.oauth2_error = found.error  # type: ignore[attr-defined]  # where the toolkit looks for it
        if found.is_unavailable:
            raise Unavailable
        if found.is_refused:
            raise AuthenticationFailed(OTHER_ADDRESS if found.is_for_other_address else INVALID)
        if found.token is None:
            return None
        # Where the token names nobody, what the site's middleware says of the session still counts.
        request.actor = found.token.exchange.actor or getattr(request, "actor", None)  # type: ignore[attr-defined]  # ours
        return found.token.user or _nobody(), found.token


class PersonalAccessTokenAuthentication(TokenExchangeAuthentication):
    """Takes a personal access token itself, where PERSONAL_ACCESS_TOKEN_BEARER is on; anything else is left alone.

    Sets `request.auth` to what TokenHasScope, TokenHasAudience and the like ask of an access token. Not for views that
    create credentials: a script is not the person (INV-26).
    """

    def authenticate(self, request: Request | None) -> tuple[Any, Any] | None:
        """Return the owner and the token; a personal access token that does not count here is refused for good."""
        if request is None or not token_exchange_settings.personal_access_token_bearer or not carries_personal(request):
            return None
        try:
            found = bearer_token.read_personal(request)
        except ConfigurationIsChanging as changing:
            raise Unavailable from changing
        if found is None:
            request.oauth2_error = bearer_token.INVALID  # type: ignore[attr-defined]  # where the toolkit looks for it
            raise AuthenticationFailed(INVALID)
        return found.user, found


def carries_personal(request: Request) -> bool:
    """Whether the bearer token of a request looks like a personal access token, valid or not."""
    return (bearer_token.value_in(request) or "").startswith(PREFIX)


def _nobody() -> Any:
    """Who is asking where the token speaks for a client."""
    anonymous: Any = api_settings.UNAUTHENTICATED_USER
    return anonymous and anonymous()
