"""Which tokens may be the user of a request where a view asks for no token, and on which pages.

A view that looks at `request.user` alone asks for neither scope nor actor. By our middleware and backend only the token
of a direct login is its user; by the toolkit's, any active token, with its actor on the request.
"""

from __future__ import annotations

import sys
from typing import Any

from django.http import HttpRequest

from token_exchange.provider import bearer, pages
from token_exchange.toolkit.compat import is_registration_token


def is_one(token: Any) -> bool:
    """True if a token is active, no exchange issued it, and it is for more than managing a registered client."""
    status = bearer.status_of(token)
    return status is not None and not status.is_exchanged and not is_registration_token(token)


def user_of(request: HttpRequest) -> Any | None:
    """Return the user whom the bearer token of a request may stand for, None if it may stand for no one here."""
    if bearer.value_in(request) is None or pages.is_for_people(pages.match_of(request)):
        return None
    token = bearer.read(request).token
    return token.user if token is not None and is_one(token) else None


def may_be_user(request: HttpRequest, token: Any) -> bool:
    """True if this token may become the user of a request by the toolkit's backend; then the request tells who acts.

    A request that brings a password is a form to log in with, or the password grant: with a token besides, a wrong
    password would do.
    """
    status = bearer.status_of(token)
    if status is None or is_registration_token(token) or "password" in request.POST:
        return False
    if pages.is_for_people(pages.match_of(request)):
        return False
    request.access_token = token  # type: ignore[attr-defined]  # the toolkit's name for it
    if status.actor is not None:
        request.actor = status.actor  # type: ignore[attr-defined]  # what every view of ours looks at
    return True


def asks_for_login(core: object) -> bool:
    """True if the toolkit's `OAuth2Backend` owns this core: then a valid token logs its user in."""
    module = sys.modules.get("oauth2_provider.backends")
    return getattr(module, "OAuthLibCore", None) is core
