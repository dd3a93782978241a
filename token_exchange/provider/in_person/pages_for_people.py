"""Recognize the pages that only a user in person may open, and no bearer token."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest
from django.urls import Resolver404, ResolverMatch, resolve

APPS_FOR_PEOPLE: Final = frozenset({"admin", "token_exchange_account"})
"""Application namespaces of URLs: the admin, and the account pages of this app."""

MODULES_FOR_PEOPLE: Final = ("django.contrib.auth.views", "django.contrib.admin", "allauth")
"""Modules whose views log users in, or change their passwords, email addresses and second factors."""


def is_for_people(match: ResolverMatch | None) -> bool:
    """True if the view logs in, administers, or creates or approves credentials: no bearer token may set its user."""
    if match is None:
        return False
    if APPS_FOR_PEOPLE.intersection(match.app_names):
        return True
    view = getattr(match.func, "view_class", match.func)
    module = getattr(view, "__module__", "") or ""
    if any(module == name or module.startswith(f"{name}.") for name in MODULES_FOR_PEOPLE):
        return True
    return isinstance(view, type) and issubclass(view, _toolkit_views())


def match_of(request: HttpRequest) -> ResolverMatch | None:
    """Return the match of the view that a request is for, None if there is none; middleware may call this early."""
    if request.resolver_match is not None:
        return request.resolver_match
    try:
        return resolve(request.path_info, getattr(request, "urlconf", None))
    except Resolver404:
        return None


def _toolkit_views() -> tuple[type[Any], ...]:
    from django.contrib.auth import views as logging_in
    from oauth2_provider import views

    consenting = (views.AuthorizationView, views.DeviceUserCodeView, views.DeviceConfirmView)
    registering = (views.ApplicationRegistration, views.ApplicationUpdate, views.DynamicClientRegistrationView)
    owning = (views.ApplicationList, views.ApplicationDetail, views.ApplicationDelete, views.DeviceGrantStatusView)
    tokens = (views.AuthorizedTokensListView, views.AuthorizedTokenDeleteView, views.RPInitiatedLogoutView)
    passwords = (logging_in.LoginView, logging_in.PasswordChangeView, logging_in.PasswordResetConfirmView)
    return (*consenting, *registering, *owning, *tokens, *passwords)
