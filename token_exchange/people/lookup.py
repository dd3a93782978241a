"""Whom somebody might act as, found by name or key without telling who exists."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ObjectDoesNotExist, ValidationError

from token_exchange.toolkit.compat import token_database


def named(name: str) -> Any | None:
    """Return the user of exactly this name, None if nobody bears it."""
    users: Any = get_user_model()._default_manager.db_manager(token_database())
    try:
        user = users.get_by_natural_key(name)
    except ObjectDoesNotExist:
        return None
    return user if user.get_username() == name else None  # a database may compare without case; a name never does


def keyed(key: str) -> Any | None:
    """Return the user with this primary key, None if there is none or it can be nobody's."""
    try:
        return get_user_model()._default_manager.using(token_database()).filter(pk=key).first()
    except (ValueError, OverflowError, ValidationError):
        return None
