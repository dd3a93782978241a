"""Tell which scopes and which rules are reserved: only a superuser may write a rule that grants them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from token_exchange.models import ExchangePolicy, ImpersonationPermission
from token_exchange.sts.policy import Effect

INTROSPECTION: Final = "introspection"
"""The scope with which a client may introspect tokens of other clients."""
PERSONAL_ACCESS_TOKENS: Final = "personal_access_tokens"
"""The scope with which a client may manage the personal access tokens of its user through the API."""
IMPERSONATION_TICKETS: Final = "impersonation_tickets"
"""The scope with which a client may request impersonation tickets for its user."""
TICKET_APPROVAL: Final = "impersonation_ticket_approval"
"""The scope with which a client may approve or decline the tickets of other users for its user."""
RESERVED_SCOPES: Final = frozenset({INTROSPECTION, PERSONAL_ACCESS_TOKENS, IMPERSONATION_TICKETS, TICKET_APPROVAL})
"""Scopes that create credentials or read others' tokens: granting one is more than the right to write rules."""


def reserved_among(scopes: Iterable[Any]) -> list[str]:
    """Return the reserved scopes among these."""
    return sorted(scope for scope in scopes if isinstance(scope, str) and scope in RESERVED_SCOPES)


def is_reserved(row: Any) -> bool:
    """Return True if only a superuser may write this policy or permission.

    It is reserved if it allows anything about privileged users, or grants a reserved scope.
    """
    return row.effect != Effect.DENY and bool(row.privileged_subjects or reserved_among(row.scopes))


def reserved_policies(using: str, **conditions: Any) -> list[Any]:
    """Return the enabled reserved policies that meet these conditions of a queryset."""
    return _reserved(ExchangePolicy, using, conditions)


def reserved_permissions(using: str, **conditions: Any) -> list[Any]:
    """Return the enabled reserved impersonation permissions that meet these conditions of a queryset."""
    return _reserved(ImpersonationPermission, using, conditions)


def _reserved(model: Any, using: str, conditions: dict[str, Any]) -> list[Any]:
    rows = model.objects.using(using).filter(enabled=True, **conditions).exclude(effect=Effect.DENY.value)
    return [row for row in rows.only("name", "effect", "privileged_subjects", "scopes") if is_reserved(row)]
