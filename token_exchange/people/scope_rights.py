"""Limit scopes to the rights of a user: the setting SCOPE_PERMISSIONS names the permission that a scope needs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from token_exchange.conf import token_exchange_settings
from token_exchange.sts.parties import Account


def held_by(user: Any, scopes: Iterable[str]) -> frozenset[str]:
    """Return those of the scopes whose permission the user has, or that need none; none for an inactive user."""
    if not user.is_active:
        return frozenset()
    required = token_exchange_settings.scope_permissions
    return frozenset(scope for scope in scopes if scope not in required or user.has_perm(required[scope]))


def held_with(account: Account, scopes: Iterable[str]) -> frozenset[str]:
    """Return those of the scopes whose permission is among the rights of an active account, or that need none."""
    required, rights = token_exchange_settings.scope_permissions, account.rights
    if rights is None or rights.is_superuser:
        return frozenset(scope for scope in scopes if scope not in required or rights is not None)
    return frozenset(scope for scope in scopes if scope not in required or required[scope] in rights.permissions)
