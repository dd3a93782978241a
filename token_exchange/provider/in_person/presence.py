"""Check that the user of a request is there in person, which is proved by a session or a token of the user's login."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from token_exchange.personal_access_tokens.bearer import PersonalBearer
from token_exchange.provider.bearer_requests.bearer_token import status_of
from token_exchange.provider.in_person import sessions
from token_exchange.toolkit.compat import is_registration_token


def is_in_person(request: Any, *, scopes: Iterable[str] = ()) -> bool:
    """True if a session of the user's own login, or a token of such a login, proves that the user is there in person.

    A token proves it if a view authenticated it as `request.auth`, no exchange issued it, it belongs to this user, and
    it has these scopes. Other credentials in `request.auth` prove nothing.
    """
    credential = getattr(request, "auth", None)
    if credential is None:
        return is_in_person_by_session(request)
    user = getattr(request, "user", None)
    if user is None or not (user.is_authenticated and user.is_active) or _is_taken_over(request):
        return False
    return _is_of_own_login(credential, user) and bool(credential.is_valid(list(scopes)))


def is_in_person_by_session(request: Any) -> bool:
    """True if a session of the user's own login proves that the user is there in person."""
    if getattr(request, "auth", None) is not None or _is_taken_over(request):
        return False
    if not _is_authenticated_by_session(request):
        return False
    django_request = getattr(request, "_request", request)
    is_same_user = getattr(request, "user", None) == getattr(django_request, "user", None)
    return is_same_user and sessions.is_of_own_login(django_request)


def _is_taken_over(request: Any) -> bool:
    return getattr(request, "actor", None) is not None or sessions.is_taken_over(request)


def _is_authenticated_by_session(request: Any) -> bool:
    """Return False if REST framework used another scheme: then it has not checked the CSRF token of the session."""
    if not hasattr(request, "successful_authenticator"):
        return True
    from rest_framework.authentication import SessionAuthentication

    return isinstance(request.successful_authenticator, SessionAuthentication)


def _is_of_own_login(credential: Any, user: Any) -> bool:
    status = None if isinstance(credential, PersonalBearer) else status_of(credential)
    if status is None or status.is_exchanged or credential.user_id != user.pk:
        return False
    return not is_registration_token(credential)
