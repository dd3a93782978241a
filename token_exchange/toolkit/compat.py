"""Wrap the models and settings of django-oauth-toolkit; no other module imports what a release may move."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
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
    "fingerprint_of",
    "grant_model",
    "host_asked",
    "is_confidential",
    "is_registration_token",
    "local_issuers",
    "refresh_token_lifetime",
    "refresh_token_model",
    "scope_descriptions",
    "scopes_known_for",
    "server_asked",
    "set_token_value",
    "token_database",
    "toolkit_setting",
    "validate_resource_as_url_prefix",
]


def toolkit_setting(name: str) -> Any:
    """Return the effective value of a setting of django-oauth-toolkit, with its default and imported classes."""
    return getattr(oauth2_settings, name)


def access_token_model() -> type[Any]:
    """Return the access token model, which the site may have swapped."""
    return get_access_token_model()  # type: ignore[no-any-return]  # the toolkit is untyped


def application_model() -> type[Any]:
    """Return the application model, which the site may have swapped."""
    return get_application_model()  # type: ignore[no-any-return]  # as above


def grant_model() -> type[Any]:
    """Return the model of authorization codes, which the site may have swapped."""
    return get_grant_model()  # type: ignore[no-any-return]  # as above


def refresh_token_model() -> type[Any]:
    """Return the refresh token model, which the site may have swapped."""
    return get_refresh_token_model()  # type: ignore[no-any-return]  # as above


def refresh_token_lifetime() -> timedelta | None:
    """Return the time for which a refresh token stays valid after its access token expired; None for no limit."""
    return refresh_token_expire_timedelta() or None


def fingerprint_of(token: str) -> str:
    """Return the SHA-256 of a token in hexadecimal, by which the toolkit finds the row of a token as well."""
    return sha256(token.encode()).hexdigest()


def token_database() -> str:
    """Return the alias of the database of access tokens; all models of this app are stored there, too."""
    model: type[models.Model] = access_token_model()
    return router.db_for_write(model)


def scopes_known_for(application: object, request: object) -> frozenset[str]:
    """Return the scopes that the scopes backend of the site allows for this application."""
    return frozenset(get_scopes_backend().get_available_scopes(application=application, request=request))


def scope_descriptions() -> dict[str, str]:
    """Return every scope of the site with its description from the scopes backend."""
    return {scope: str(description) for scope, description in get_scopes_backend().get_all_scopes().items()}


def authorization_server(request: object) -> str:
    """Return the issuer identifier in django-oauth-toolkit's metadata (RFC 8414)."""
    return str(oauth2_settings.oauth2_authorization_server_issuer(request))


def local_issuers(request: object) -> frozenset[str]:
    """Return the issuer identifiers of this server at the requested host: in its metadata, and in its ID tokens."""
    signs_as = {str(oauth2_settings.oidc_issuer(request))} if oauth2_settings.OIDC_ENABLED else set()
    return frozenset({authorization_server(request), *signs_as})


class _Asked(HttpRequest):
    """Holds what Django needs of oauthlib's request to build the URLs of this server."""

    def __init__(self, headers: dict[str, Any]) -> None:
        super().__init__()
        self.META = headers

    def _get_scheme(self) -> str:
        return "https" if self.META.get("X_DJANGO_OAUTH_TOOLKIT_SECURE") else "http"


def server_asked(request: Any) -> str:
    """Return the issuer identifier of this server for oauthlib's request, as `authorization_server` for Django's."""
    return authorization_server(_Asked(request.headers))


def host_asked(request: Any) -> str:
    """Return the host of oauthlib's request, with a port that is not the default; "" if ALLOWED_HOSTS lacks it."""
    asked = _Asked(request.headers)
    usual = ":443" if request.headers.get("X_DJANGO_OAUTH_TOOLKIT_SECURE") else ":80"
    try:
        return asked.get_host().removesuffix(usual)
    except (DisallowedHost, KeyError):
        return ""


def is_confidential(application: Any) -> bool:
    """Return True for a client that can keep a secret (RFC 6749 §2.1), False for None; others exchange no tokens."""
    return application is not None and bool(application.client_type == application.CLIENT_CONFIDENTIAL)


def is_registration_token(token: Any) -> bool:
    """Return True for a token that manages a registered client (RFC 7592); it is never exchanged."""
    return oauth2_settings.DCR_REGISTRATION_SCOPE in token.scope.split()
