"""Which scopes a person may hand out: those that ask for no permission of Django, or for one that the person has."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from token_exchange.conf import token_exchange_settings
from token_exchange.sts.parties import Account


def held_by(user: Any, scopes: Iterable[str]) -> frozenset[str]:
    """Return those of the scopes that the user has a right to now; an inactive user has a right to none."""
    if not user.is_active:
        return frozenset()
    asked = token_exchange_settings.scope_permissions
    return frozenset(scope for scope in scopes if scope not in asked or user.has_perm(asked[scope]))


def held_with(account: Account, scopes: Iterable[str]) -> frozenset[str]:
    """Return those of the scopes that an active account has a right to, by the rights that were read with it."""
    asked, rights = token_exchange_settings.scope_permissions, account.rights
    if rights is None or rights.is_superuser:
        return frozenset(scope for scope in scopes if scope not in asked or rights is not None)
    return frozenset(scope for scope in scopes if scope not in asked or asked[scope] in rights.permissions)
