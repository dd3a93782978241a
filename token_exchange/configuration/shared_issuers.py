"""Issuers that many tenants share: a token of theirs proves nothing until a condition names a tenant (INV-17)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from token_exchange.sts.conditions import FLAGS, Operator
from token_exchange.sts.issuers import SubjectMapping

_KUBERNETES: Final = frozenset({"sub", "/kubernetes.io/namespace"})

TENANT_CLAIMS: Final[Mapping[str, frozenset[str]]] = {
    # Code hosts and hosted CI.
    r"token\.actions\.githubusercontent\.com|token\.actions\..+\.ghe\.com": frozenset(
        {"repository_owner_id", "repository_id", "enterprise_id", "repository_owner", "repository", "sub"}
    ),
    r"gitlab\.com|.+\.gitlab-dedicated\.com": frozenset(
        {"namespace_id", "project_id", "namespace_path", "project_path", "sub"}
    ),
    r"agent\.buildkite\.com": frozenset({"organization_id", "organization_slug", "pipeline_id", "sub"}),
    r"oidc\.circleci\.com": frozenset({"oidc.circleci.com/project-id", "oidc.circleci.com/org-id", "sub"}),
    r"api\.bitbucket\.org": frozenset({"workspaceUuid", "repositoryUuid", "sub"}),
    r"vstoken\.dev\.azure\.com": frozenset({"sub"}),
    r"oidc\.codefresh\.io": frozenset({"account_id", "pipeline_id", "sub"}),
    r"app\.harness\.io": frozenset({"account_id", "sub"}),
    r".+\.semaphoreci\.com": frozenset({"org_id", "prj_id", "sub"}),
    r"oidc\.appveyor\.com|ci\.appveyor\.com": frozenset({"sub"}),
    r"cirrus-ci\.(com|org)|oidc\.cirrus-ci\.(com|org)": frozenset({"sub"}),
    r"api\.travis-ci\.com|oidc\.travis-ci\.com": frozenset({"sub"}),
    r"oidc\.depot\.dev|identity\.depot\.dev": frozenset({"sub"}),
    # Infrastructure as code.
    r"app\.(eu\.)?terraform\.io": frozenset(
        {"terraform_organization_id", "terraform_workspace_id", "terraform_organization_name", "sub"}
    ),
    r"api\.pulumi\.com": frozenset({"sub"}),
    r".+\.spacelift\.(io|tf|us)": frozenset({"spaceId", "callerId", "sub"}),
    r"(app|api|login)\.env0\.com": frozenset({"organizationId", "projectId", "sub"}),
    r".+\.scalr\.io|scalr\.io": frozenset({"scalr_account_id", "scalr_workspace_id", "sub"}),
    # Platforms.
    r"oidc\.vercel\.com": frozenset({"owner_id", "project_id", "owner", "project", "sub"}),
    r"oidc\.fly\.io": frozenset({"org_id", "app_id", "sub"}),
    r"oidc\.render\.com|oidc\.railway\.(app|com)|oidc\.netlify\.com|api\.netlify\.com": frozenset({"sub"}),
    r"oidc\.modal\.com": frozenset({"workspace_id", "sub"}),
    # Clouds and people.
    r"accounts\.google\.com": frozenset({"hd", "sub", "azp"}),
    r"securetoken\.google\.com": frozenset({"sub"}),
    r"confidentialcomputing\.googleapis\.com": frozenset({"sub"}),
    r"login\.microsoftonline\.(com|us)|login\.partner\.microsoftonline\.cn|sts\.windows\.net": frozenset({"tid"}),
    r"cognito-identity(\..+)?\.amazonaws\.com": frozenset({"sub"}),
    r"appleid\.apple\.com|www\.facebook\.com|www\.linkedin\.com": frozenset({"sub"}),
    # Kubernetes of the clouds, and as every cluster names itself.
    r"container\.googleapis\.com": _KUBERNETES,
    r"oidc\.eks\..+": _KUBERNETES,
    r"(.+\.)?(oic|oidc)\.prod-aks\.azure\.(com|us|cn)": _KUBERNETES,
    r"kubernetes\.default\.svc(\..+)?|kubernetes\.default|kubernetes/serviceaccount": _KUBERNETES,
    r".+\.openshiftapps\.com|rh-oidc\.s3\..+": _KUBERNETES,
}
"""By the host of the issuer: the claims of which a condition has to name one."""

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


# A claim that every token of the issuer has alike tells nothing about whose token it is.
_COMMON: Final = frozenset(
    {"iss", "aud", "exp", "iat", "nbf", "jti", "typ", "token_use", "token_type", "active", "scope"}
)


def names_tenant(issuer: str, conditions: Iterable[Mapping[str, Any]]) -> bool:
    """Return True if a condition says whose tokens of this issuer are meant, as far as it is known to be shared."""
    telling = tenant_claims(issuer)
    return telling is None or any(
        condition["claim"] in telling and condition["operator"] in _TELLING for condition in conditions
    )


def narrows(conditions: Iterable[Mapping[str, Any]]) -> bool:
    """Return True if a condition tells some workloads of an issuer from its others."""
    return any(
        condition["claim"].removeprefix("/") not in _COMMON and condition["operator"] not in FLAGS
        for condition in conditions
    )


def believes_any_workload(row: Any) -> bool:
    """Return True if nothing tells this site's workloads from others that the issuer may sign for."""
    is_workload = row.subject_mapping == SubjectMapping.WORKLOAD
    return is_workload and row.sole_tenant is not True and not narrows(row.conditions)


def immutable_instead(condition: Mapping[str, Any]) -> str | None:
    """Return the claim to name instead of one that can change hands, None where the condition names none such."""
    if condition["claim"] != "sub":
        return IMMUTABLE_INSTEAD.get(condition["claim"])
    values = condition.get("values", ())
    return next(
        (
            better
            for beginning, better in _SUBJECTS_BY_NAME.items()
            if any(isinstance(value, str) and re.match(beginning, value) for value in values)
        ),
        None,
    )


def tenant_claims(issuer: str) -> frozenset[str] | None:
    """Return the claims that tell the tenants of a known shared issuer apart, None for any other issuer."""
    host = _host(issuer)
    return next((claims for shared, claims in TENANT_CLAIMS.items() if re.fullmatch(shared, host)), None)


def _host(issuer: str) -> str:
    """Return the host that an issuer names, however its scheme, case, port, user or final dot are spelt."""
    # Google also signs as `accounts.google.com` and Kubernetes as `kubernetes/serviceaccount`, without a scheme.
    rest = issuer.partition("://")[2] or issuer
    if rest == "kubernetes/serviceaccount":
        return rest
    host = re.split(r"[/?#]", rest, maxsplit=1)[0].rpartition("@")[2]
    return re.sub(r":[0-9]*$", "", host).rstrip(".").lower()
