"""Pages that only a person may ask for: a bearer token opens none of them."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest
from django.urls import Resolver404, ResolverMatch, resolve

APPS_FOR_PEOPLE: Final = frozenset({"admin", "token_exchange_account"})
"""Namespaces of URLs: the admin, and the pages of this app."""

MODULES_FOR_PEOPLE: Final = ("django.contrib.auth.views", "django.contrib.admin", "allauth")
"""Where views log people in, and change their passwords, addresses and second factors."""


def is_for_people(match: ResolverMatch | None) -> bool:
    """True if the view logs in, administers, or creates or approves credentials: a token must not be its user."""
    if match is None:
        return False
    if APPS_FOR_PEOPLE.intersection(match.app_names):
        return True
    view = getattr(match.func, "view_class", match.func)
    module = getattr(view, "__module__", "") or ""
    if any(module == name or module.startswith(f"{name}.") for name in MODULES_FOR_PEOPLE):
        return True
    return isinstance(view, type) and issubclass(view, _of_the_toolkit())


def match_of(request: HttpRequest) -> ResolverMatch | None:
    """Return which view a request leads to, also before Django has told it."""
    if request.resolver_match is not None:
        return request.resolver_match
    try:
        return resolve(request.path_info, getattr(request, "urlconf", None))
    except Resolver404:
        return None


def _of_the_toolkit() -> tuple[type[Any], ...]:
    from django.contrib.auth import views as logging_in
    from oauth2_provider import views

    consenting = (views.AuthorizationView, views.DeviceUserCodeView, views.DeviceConfirmView)
    registering = (views.ApplicationRegistration, views.ApplicationUpdate, views.DynamicClientRegistrationView)
    owning = (views.ApplicationList, views.ApplicationDetail, views.ApplicationDelete, views.DeviceGrantStatusView)
    tokens = (views.AuthorizedTokensListView, views.AuthorizedTokenDeleteView, views.RPInitiatedLogoutView)
    passwords = (logging_in.LoginView, logging_in.PasswordChangeView, logging_in.PasswordResetConfirmView)
    return (*consenting, *registering, *owning, *tokens, *passwords)
