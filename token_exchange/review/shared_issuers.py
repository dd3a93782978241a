"""Issuers that many tenants share: a token of theirs proves nothing until a condition names a tenant (INV-17)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TENANT_CLAIMS: Final[Mapping[str, frozenset[str]]] = {
    "https://token.actions.githubusercontent.com": frozenset(
        {"repository_owner_id", "repository_id", "enterprise_id", "repository_owner", "repository", "sub"}
    ),
    "https://gitlab.com": frozenset({"namespace_id", "project_id", "namespace_path", "project_path", "sub"}),
    "https://accounts.google.com": frozenset({"hd", "sub", "azp"}),
    "https://login.microsoftonline.com/": frozenset({"tid"}),
    "https://sts.windows.net/": frozenset({"tid"}),
    "https://oidc.vercel.com": frozenset({"owner_id", "project_id", "owner", "project", "sub"}),
    "https://container.googleapis.com/": frozenset({"sub", "/kubernetes.io/namespace"}),
    "https://oidc.eks.": frozenset({"sub", "/kubernetes.io/namespace"}),
    "https://oidc.prod-aks.azure.com/": frozenset({"sub", "/kubernetes.io/namespace"}),
    "https://kubernetes.default.svc": frozenset({"sub", "/kubernetes.io/namespace"}),
}
"""By the beginning of the issuer: the claims of which a condition has to name one."""

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


def tenant_claims(issuer: str) -> frozenset[str] | None:
    """Return the claims that tell this issuer's tenants apart, None if it has but one."""
    return next((claims for beginning, claims in TENANT_CLAIMS.items() if issuer.startswith(beginning)), None)
