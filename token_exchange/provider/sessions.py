"""The session of a person: what proves that the user of a request logged in, and is not a bearer token.

The absence of a sign proves nothing: middleware of a site may have made a token the user of the request.
"""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, SESSION_KEY, get_user, get_user_model
from django.core.exceptions import ValidationError
from django.utils.module_loading import import_string

SENT_BY_BROWSERS: Final = frozenset({"basic", "digest", "negotiate", "ntlm"})
"""Schemes of the Authorization header that a browser sends by itself; a program wrote any other."""

TAKEN_OVER: Final = ("_impersonate", "hijack_history", "exit_users_pk", "loginas_from_user")
"""What django-impersonate, django-hijack, django-su and django-loginas leave in a session that one user took over."""

_TAKEN_OVER_ON_REQUEST: Final = ("actor", "impersonator")


def is_of_person(request: Any) -> bool:
    """True if a login of the request's own user opened the session of the request, and that user still has it."""
    request = getattr(request, "_request", request)  # REST framework wraps Django's
    user, session = getattr(request, "user", None), getattr(request, "session", None)
    if user is None or session is None or not (user.is_authenticated and user.is_active):
        return False
    if carries_token(request) or is_taken_over(request):
        return False
    if not _names(session.get(SESSION_KEY), user) or opens_by_token(session.get(BACKEND_SESSION_KEY)):
        return False
    # Django itself compares the backend and the hash of the session, which a new password changes.
    return bool(get_user(request) == user)


def carries_token(request: Any) -> bool:
    """True if the Authorization header holds what no browser sends by itself.

    A request with a token and a session besides may have either of them as its user, so it is neither's in person.
    """
    scheme = request.META.get("HTTP_AUTHORIZATION", "").strip().partition(" ")[0].lower()
    return bool(scheme) and scheme not in SENT_BY_BROWSERS


def is_taken_over(request: Any) -> bool:
    """True if one user has taken over the session of another, as packages for that purpose and middleware tell."""
    request = getattr(request, "_request", request)
    marks = (*TAKEN_OVER, getattr(settings, "LOGINAS_FROM_USER_SESSION_FLAG", None))
    session, user = getattr(request, "session", None), getattr(request, "user", None)
    if session is not None and any(mark and session.get(mark) for mark in marks):
        return True
    if any(getattr(request, name, None) is not None for name in _TAKEN_OVER_ON_REQUEST):
        return True
    return bool(getattr(user, "is_impersonate", False) or getattr(user, "is_hijacked", False))


def opens_by_token(path: Any) -> bool:
    """True if the authentication backend of this name takes bearer tokens."""
    from oauth2_provider.backends import OAuth2Backend

    try:
        backend = import_string(path)
    except (ImportError, AttributeError, TypeError):  # Django reads no session of such a backend
        return False
    return isinstance(backend, type) and issubclass(backend, OAuth2Backend)


def _names(key: Any, user: Any) -> bool:
    try:
        return bool(get_user_model()._meta.pk.to_python(key) == user.pk)
    except (ValidationError, TypeError, ValueError):
        return False
