"""Tokens of a direct login: the only ones that may stand as the user of a request where a view asks for no token.

A view that looks at `request.user` alone knows neither scope nor audience nor actor, so what an exchange issued would
escape all of them there.
"""

from __future__ import annotations

import sys
from typing import Any

from django.http import HttpRequest

from token_exchange.provider import bearer, pages
from token_exchange.provider.compat import is_registration_token


def is_one(token: Any) -> bool:
    """True if a token is active, no exchange issued it, and it is for more than managing a registered client."""
    standing = bearer.standing_of(token)
    return standing is not None and not standing.is_exchanged and not is_registration_token(token)


def user_of(request: HttpRequest) -> Any | None:
    """Return the user whom the bearer token of a request may stand for, None if it may stand for no one here."""
    if bearer.value_in(request) is None or pages.is_for_people(pages.match_of(request)):
        return None
    token = bearer.read(request).token
    return token.user if token is not None and is_one(token) else None


def may_be_user(request: HttpRequest, token: Any) -> bool:
    """True if this token, found in a request, may become its user.

    A request that brings a password is a form to log in with, or the password grant: with a token besides, a wrong
    password would do.
    """
    if "password" in request.POST:
        return False
    return is_one(token) and not pages.is_for_people(pages.match_of(request))


def asks_for_login(core: object) -> bool:
    """True if the toolkit's `OAuth2Backend` owns this core: then a valid token logs its user in."""
    module = sys.modules.get("oauth2_provider.backends")
    return getattr(module, "OAuthLibCore", None) is core
