"""Find a user or a client by name or key, exactly: many databases compare text without regard to case.

MariaDB and MySQL ignore case, accents and trailing blanks unless a column says otherwise. A token for `alice` must not
be issued to a client that names `ALICE`, so each row that the database finds is compared again.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ObjectDoesNotExist, ValidationError

from token_exchange.toolkit.compat import application_model, token_database


def user_named(name: str) -> Any | None:
    """Return the user with exactly this name, or None."""
    users: Any = get_user_model()._default_manager.db_manager(token_database())
    try:
        user = users.get_by_natural_key(name)
    except ObjectDoesNotExist:
        return None
    return user if user.get_username() == name else None


def user_with_key(key: str) -> Any | None:
    """Return the user with this primary key, or None, also if the text is not valid as a key."""
    try:
        return get_user_model()._default_manager.using(token_database()).filter(pk=key).first()
    except (ValueError, OverflowError, ValidationError):
        return None


def client_with_id(client_id: str) -> Any | None:
    """Return the client with exactly this client id, or None."""
    return exact(application_model()._default_manager.using(token_database()), client_id=client_id)


def exact(rows: Any, **values: str) -> Any | None:
    """Return the first row of a queryset or manager whose fields have exactly these values, or None."""
    return next(iter(all_exact(rows, **values)), None)


def all_exact(rows: Any, **values: str) -> list[Any]:
    """Return the rows of a queryset or manager whose fields have exactly these values."""
    return exact_among(rows.filter(**values), **values)


def exact_among(rows: Iterable[Any], **values: str) -> list[Any]:
    """Return those of the rows whose fields have exactly these values."""
    return [row for row in rows if all(getattr(row, field) == value for field, value in values.items())]
