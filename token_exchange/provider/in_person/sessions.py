"""Check that a session proves a login of the request's own user.

The session must prove it: a request without a visible token may still have its user from one, set by the site's own
middleware.
"""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, SESSION_KEY, get_user, get_user_model
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_logged_in
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.module_loading import import_string

SENT_BY_BROWSERS: Final = frozenset({"basic", "digest", "negotiate", "ntlm"})
"""Schemes of the Authorization header that a browser sends by itself; only programs send others."""

TAKEN_OVER: Final = ("_impersonate", "hijack_history", "exit_users_pk", "loginas_from_user")
"""Session keys that django-impersonate, django-hijack, django-su and django-loginas set for a taken-over session."""

_TAKEN_OVER_ON_REQUEST: Final = ("actor", "impersonator")


def is_of_own_login(request: Any) -> bool:
    """True if a login of the request's active user opened its session, and no other user has taken it over."""
    request = getattr(request, "_request", request)  # REST framework wraps Django's request
    user, session = getattr(request, "user", None), getattr(request, "session", None)
    if user is None or session is None or not (user.is_authenticated and user.is_active):
        return False
    if has_token(request) or is_taken_over(request):
        return False
    if not _is_key_of(session.get(SESSION_KEY), user) or accepts_tokens(session.get(BACKEND_SESSION_KEY)):
        return False
    # Django compares the backend, and the hash of the session, which a new password invalidates.
    return bool(get_user(request) == user)


def has_token(request: Any) -> bool:
    """True if the Authorization header has a scheme that no browser sends by itself.

    The user of a request with a token and a session may come from either, so it does not prove a user in person.
    """
    scheme = request.META.get("HTTP_AUTHORIZATION", "").strip().partition(" ")[0].lower()
    return bool(scheme) and scheme not in SENT_BY_BROWSERS


def is_taken_over(request: Any) -> bool:
    """True if a package or a middleware has marked that another user has taken over the session."""
    request = getattr(request, "_request", request)
    marks = (*TAKEN_OVER, getattr(settings, "LOGINAS_FROM_USER_SESSION_FLAG", None))
    session, user = getattr(request, "session", None), getattr(request, "user", None)
    if session is not None and any(mark and session.get(mark) for mark in marks):
        return True
    if any(getattr(request, name, None) is not None for name in _TAKEN_OVER_ON_REQUEST):
        return True
    return bool(getattr(user, "is_impersonate", False) or getattr(user, "is_hijacked", False))


def accepts_tokens(path: Any) -> bool:
    """True if the authentication backend of this dotted path accepts bearer tokens."""
    from oauth2_provider.backends import OAuth2Backend

    try:
        backend = import_string(path)
    except (ImportError, AttributeError, TypeError):  # Django ignores the session of such a backend
        return False
    return isinstance(backend, type) and issubclass(backend, OAuth2Backend)


def _is_key_of(key: Any, user: Any) -> bool:
    try:
        return bool(get_user_model()._meta.pk.to_python(key) == user.pk)
    except (ValidationError, TypeError, ValueError):
        return False


def connect_signals() -> None:
    """Check every login from now on; called when the app is ready."""
    user_logged_in.connect(refuse_token, dispatch_uid="token_exchange.sessions")


def refuse_token(sender: Any, request: Any, **kwargs: Any) -> None:
    """End a session that a bearer token has just opened, and raise `PermissionDenied`.

    A login form passes the whole request to the authentication backends: with a token in its header, a user could log
    in with a wrong password.
    """
    session = getattr(request, "session", None)
    if session is None or not accepts_tokens(session.get(BACKEND_SESSION_KEY)):
        return
    session.flush()
    request.user = AnonymousUser()
    raise PermissionDenied
