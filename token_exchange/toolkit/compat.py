"""The one door to django-oauth-toolkit's models and settings, whatever package a release keeps them in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.exceptions import DisallowedHost
from django.db import models, router
from django.http import HttpRequest
from oauth2_provider.models import (
    get_access_token_model,
    get_application_model,
    get_grant_model,
    get_refresh_token_model,
    refresh_token_expire_timedelta,
    set_token_value,
)
from oauth2_provider.oauth2_validators import validate_resource_as_url_prefix
from oauth2_provider.scopes import get_scopes_backend
from oauth2_provider.settings import oauth2_settings

__all__ = [
    "access_token_model",
    "application_model",
    "authorization_server",
    "grant_model",
    "host_asked",
    "is_registration_token",
    "local_issuers",
    "refresh_token_lifetime",
    "refresh_token_model",
    "scope_descriptions",
    "scopes_known_for",
    "set_token_value",
    "token_database",
    "toolkit_setting",
    "validate_resource_as_url_prefix",
]


def toolkit_setting(name: str) -> Any:
    """A setting of the toolkit as it takes effect: defaults filled in, classes imported."""
    return getattr(oauth2_settings, name)


def access_token_model() -> type[Any]:
    """The access token model, swapped or not."""
    return get_access_token_model()  # type: ignore[no-any-return]  # the toolkit is untyped


def application_model() -> type[Any]:
    """The application model, swapped or not."""
    return get_application_model()  # type: ignore[no-any-return]  # as above


def grant_model() -> type[Any]:
    """The model of authorization codes, swapped or not."""
    return get_grant_model()  # type: ignore[no-any-return]  # as above


def refresh_token_model() -> type[Any]:
    """The refresh token model, swapped or not."""
    return get_refresh_token_model()  # type: ignore[no-any-return]  # as above


def refresh_token_lifetime() -> timedelta | None:
    """How long a refresh token outlives its access token unused; None for ever."""
    return refresh_token_expire_timedelta() or None


def token_database() -> str:
    """The alias that access tokens are written to: everything of ours lives there too."""
    model: type[models.Model] = access_token_model()
    return router.db_for_write(model)


def scopes_known_for(application: object, request: object) -> frozenset[str]:
    """The scopes that the site's scopes backend offers this application."""
    return frozenset(get_scopes_backend().get_available_scopes(application=application, request=request))


def scope_descriptions() -> dict[str, str]:
    """Every scope of the site and what its scopes backend says of it."""
    return {scope: str(description) for scope, description in get_scopes_backend().get_all_scopes().items()}


def authorization_server(request: object) -> str:
    """The issuer identifier that the toolkit's own metadata shows (RFC 8414)."""
    return str(oauth2_settings.oauth2_authorization_server_issuer(request))


def local_issuers(request: object) -> frozenset[str]:
    """What this server calls itself to whoever asks at this address: in its metadata, and in its ID tokens."""
    signs_as = {str(oauth2_settings.oidc_issuer(request))} if oauth2_settings.OIDC_ENABLED else set()
    return frozenset({authorization_server(request), *signs_as})


def host_asked(request: Any) -> str:
    """Return the host at which oauthlib's request asks this server, with an unusual port; "" if it serves no such."""
    asked = HttpRequest()
    asked.META = request.headers
    usual = ":443" if request.headers.get("X_DJANGO_OAUTH_TOOLKIT_SECURE") else ":80"
    try:
        return asked.get_host().removesuffix(usual)
    except (DisallowedHost, KeyError):
        return ""


def is_registration_token(token: Any) -> bool:
    """Whether the toolkit issued this for managing a registered client (RFC 7592): no token to trade."""
    return oauth2_settings.DCR_REGISTRATION_SCOPE in token.scope.split()
