"""Issuers that many tenants share: a token of theirs proves nothing until a condition names a tenant (INV-17)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from token_exchange.sts.conditions import Operator

TENANT_CLAIMS: Final[Mapping[str, frozenset[str]]] = {
    "https://token.actions.githubusercontent.com/": frozenset(
        {"repository_owner_id", "repository_id", "enterprise_id", "repository_owner", "repository", "sub"}
    ),
    "https://gitlab.com/": frozenset({"namespace_id", "project_id", "namespace_path", "project_path", "sub"}),
    "https://accounts.google.com/": frozenset({"hd", "sub", "azp"}),
    "https://login.microsoftonline.com/": frozenset({"tid"}),
    "https://sts.windows.net/": frozenset({"tid"}),
    "https://oidc.vercel.com/": frozenset({"owner_id", "project_id", "owner", "project", "sub"}),
    "https://container.googleapis.com/": frozenset({"sub", "/kubernetes.io/namespace"}),
    "https://oidc.eks.": frozenset({"sub", "/kubernetes.io/namespace"}),
    "https://oidc.prod-aks.azure.com/": frozenset({"sub", "/kubernetes.io/namespace"}),
    "https://kubernetes.default.svc/": frozenset({"sub", "/kubernetes.io/namespace"}),
    "https://kubernetes.default.svc.": frozenset({"sub", "/kubernetes.io/namespace"}),
}
"""By the beginning of the issuer, up to a dot or a slash: the claims of which a condition has to name one."""

IMMUTABLE_INSTEAD: Final[Mapping[str, str]] = {
    "repository": "repository_id",
    "repository_owner": "repository_owner_id",
    "actor": "actor_id",
    "project_path": "project_id",
    "namespace_path": "namespace_id",
    "user_login": "user_id",
    "owner": "owner_id",
    "project": "project_id",
    "email": "sub",
    "preferred_username": "sub",
    "upn": "oid",
}
"""Names that can change hands, and the number to name instead (TXS-012)."""

_SUBJECTS_BY_NAME: Final[Mapping[str, str]] = {
    # Since July 2026 GitHub puts the owner's number behind the name, and a subject with it never changes hands.
    r"repo:(?![^@/:]+@[0-9]+(/|$)|\*)": "repository_id",
    "project_path:": "project_id",
    "owner:": "project_id",
}
"""By how a subject begins that is made of names: the number to name instead."""

# A pattern leaves open what it should tell: `repo:*/*:ref:refs/heads/main` is everybody's main branch (E14).
_TELLING: Final = frozenset({Operator.EQUALS, Operator.ONE_OF, Operator.PATH_PREFIX})


def names_tenant(issuer: str, conditions: Iterable[Mapping[str, Any]]) -> bool:
    """Whether one of the conditions says whose tokens of this issuer are meant, as far as it is shared at all."""
    telling = tenant_claims(issuer)
    return telling is None or any(
        condition["claim"] in telling and condition["operator"] in _TELLING for condition in conditions
    )


def immutable_instead(condition: Mapping[str, Any]) -> str | None:
    """Return the claim to name instead of one that can change hands, None where the condition names none such."""
    if condition["claim"] != "sub":
        return IMMUTABLE_INSTEAD.get(condition["claim"])
    values = condition.get("values", ())
    return next(
        (
            better
            for beginning, better in _SUBJECTS_BY_NAME.items()
            if any(re.match(beginning, value) for value in values)
        ),
        None,
    )


def tenant_claims(issuer: str) -> frozenset[str] | None:
    """Return the claims that tell this issuer's tenants apart, None if it has but one."""
    whole = f"{issuer}/"  # so that gitlab.com is not taken for gitlab.company.example
    return next((claims for beginning, claims in TENANT_CLAIMS.items() if whole.startswith(beginning)), None)
