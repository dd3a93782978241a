"""A bearer token opens no session, whichever view asked the site's authentication backends."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_logged_in
from django.core.exceptions import PermissionDenied


def connect() -> None:
    """Look at every login; called when the app is ready."""
    user_logged_in.connect(refuse_token, dispatch_uid="token_exchange.sessions")


def refuse_token(sender: Any, request: Any, **kwargs: Any) -> None:
    """End a session that a bearer token has just opened.

    A login form hands the whole request to the backends: with a token in its header, a wrong password would do.
    """
    from token_exchange.provider import sessions

    session = getattr(request, "session", None)
    if session is None or not sessions.opens_by_token(session.get(BACKEND_SESSION_KEY)):
        return
    session.flush()
    request.user = AnonymousUser()
    raise PermissionDenied
