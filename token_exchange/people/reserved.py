"""Which scopes and which rules only a superuser may write."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from token_exchange.models import ExchangePolicy, ImpersonationPermission
from token_exchange.sts.policy import Effect

INTROSPECTION: Final = "introspection"
"""A token with this scope lets its bearer look into other tokens."""
MANAGING: Final = "personal_access_tokens"
"""The scope with which an app may manage its user's personal access tokens by the API."""
ASKING: Final = "impersonation_tickets"
"""The scope with which an app may ask for its user's impersonation tickets."""
APPROVING: Final = "impersonation_ticket_approval"
"""The scope with which an app may approve or decline the tickets of others for its user."""
RESERVED_SCOPES: Final = frozenset({INTROSPECTION, MANAGING, ASKING, APPROVING})
"""Scopes that create or open credentials: a rule that grants one is worth more than the right to write rules."""


def reserved_among(scopes: Iterable[Any]) -> list[str]:
    """Return the reserved scopes among these."""
    return sorted(scope for scope in scopes if isinstance(scope, str) and scope in RESERVED_SCOPES)


def is_reserved(row: Any) -> bool:
    """True if only a superuser may write this policy or permission: it covers staff or grants a reserved scope."""
    return row.effect != Effect.DENY and bool(row.privileged_subjects or reserved_among(row.scopes))


def reserved_policies(using: str, **conditions: Any) -> list[Any]:
    """Return the enabled policies of this kind."""
    return _reserved(ExchangePolicy, using, conditions)


def reserved_permissions(using: str, **conditions: Any) -> list[Any]:
    """Return the enabled impersonation permissions of this kind."""
    return _reserved(ImpersonationPermission, using, conditions)


def _reserved(model: Any, using: str, conditions: dict[str, Any]) -> list[Any]:
    rows = model.objects.using(using).filter(enabled=True, **conditions).exclude(effect=Effect.DENY.value)
    return [row for row in rows.only("name", "effect", "privileged_subjects", "scopes") if is_reserved(row)]
