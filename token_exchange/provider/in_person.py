"""Who is there in person, by positive proof: neither a token nor a session tells by what it lacks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from token_exchange.personal_access_tokens.bearer import PersonalBearer
from token_exchange.provider import sessions
from token_exchange.provider.bearer import status_of
from token_exchange.toolkit.compat import is_registration_token


def asks(request: Any, *, scopes: Iterable[str] = ()) -> bool:
    """True if the user of a request is there in person, by a session or by the token of a direct login.

    A token counts where a view authenticated it and put it into `request.auth`, if it is a token of this server that
    no exchange issued, of this very user, and has these scopes. Another credential in `request.auth` proves nothing.
    """
    credential = getattr(request, "auth", None)
    if credential is None:
        return asks_by_session(request)
    user = getattr(request, "user", None)
    if user is None or not (user.is_authenticated and user.is_active) or _is_taken_over(request):
        return False
    return _is_of_direct_login(credential, user) and bool(credential.is_valid(list(scopes)))


def asks_by_session(request: Any) -> bool:
    """True if the session of the request's own user carries it, as a page for people has to be asked for."""
    if getattr(request, "auth", None) is not None or _is_taken_over(request):
        return False
    if not _is_authenticated_by_session(request):
        return False
    django_request = getattr(request, "_request", request)
    same = getattr(request, "user", None) == getattr(django_request, "user", None)
    return same and sessions.is_of_person(django_request)


def _is_taken_over(request: Any) -> bool:
    return getattr(request, "actor", None) is not None or sessions.is_taken_over(request)


def _is_authenticated_by_session(request: Any) -> bool:
    """Return what REST framework knows: a session beside another scheme went without its defence against forgery."""
    if not hasattr(request, "successful_authenticator"):
        return True
    from rest_framework.authentication import SessionAuthentication

    return isinstance(request.successful_authenticator, SessionAuthentication)


def _is_of_direct_login(credential: Any, user: Any) -> bool:
    status = None if isinstance(credential, PersonalBearer) else status_of(credential)
    if status is None or status.is_exchanged or credential.user_id != user.pk:
        return False
    return not is_registration_token(credential)
