"""Decide which bearer tokens may become the user of a request, for views that look at `request.user` alone.

Such a view checks neither the scope nor the actor of a token. With our middleware and backend, only a token of the
user's own login becomes the user. With the toolkit's backend, any active token does, and its actor is put on the
request.
"""

from __future__ import annotations

import sys
from typing import Any

from django.http import HttpRequest

from token_exchange.provider.bearer_requests import bearer_token
from token_exchange.provider.in_person import pages_for_people
from token_exchange.toolkit.compat import is_registration_token


def is_direct_login(token: Any) -> bool:
    """True if a token is active, comes from a login and not from an exchange, and is no registration access token."""
    status = bearer_token.status_of(token)
    return status is not None and not status.is_exchanged and not is_registration_token(token)


def user_of(request: HttpRequest) -> Any | None:
    """Return the user of the bearer token of a request; None if the token may not be the user of this page."""
    if bearer_token.value_in(request) is None or pages_for_people.is_for_people(pages_for_people.match_of(request)):
        return None
    token = bearer_token.read(request).token
    return token.user if token is not None and is_direct_login(token) else None


def become_user(request: HttpRequest, token: Any) -> bool:
    """Put a token and its actor on the request and return True, if the toolkit's login backend may use its user.

    A request with a password is a login form or the password grant. A token beside a wrong password must not log in.
    """
    status = bearer_token.status_of(token)
    if status is None or is_registration_token(token) or "password" in request.POST:
        return False
    if pages_for_people.is_for_people(pages_for_people.match_of(request)):
        return False
    request.access_token = token  # type: ignore[attr-defined]  # the toolkit's attribute
    if status.actor is not None:
        request.actor = status.actor  # type: ignore[attr-defined]  # the attribute that our views read
    return True


def is_used_for_login(core: object) -> bool:
    """True if this core belongs to the toolkit's `OAuth2Backend`, which logs in the user of each valid token."""
    module = sys.modules.get("oauth2_provider.backends")
    return getattr(module, "OAuthLibCore", None) is core
