"""List the issuers that many tenants share: without a condition, tokens of every tenant would be accepted."""

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
"""Claims that identify a tenant, by a pattern for the host of the issuer. A condition must use one of them."""

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
"""For each claim with a name that can be reassigned: the claim with an identifier that cannot."""

_SUBJECTS_BY_NAME: Final[Mapping[str, str]] = {
    # Since July 2026 GitHub adds the owner's ID to the name; a subject with this ID is never reassigned.
    r"repo:(?![^@/:]+@[0-9]+(/|$)|\*)": "repository_id",
    "project_path:": "project_id",
    "owner:": "project_id",
}
"""For each beginning of a subject that consists of names: the claim with an identifier to use instead."""

# A pattern may cover every tenant: `repo:*/*:ref:refs/heads/main` is the main branch of every repository.
_IDENTIFYING: Final = frozenset({Operator.EQUALS, Operator.ONE_OF, Operator.PATH_PREFIX})


# Every token of an issuer has these claims, so they do not identify the tenant of a token.
_COMMON: Final = frozenset(
    {"iss", "aud", "exp", "iat", "nbf", "jti", "typ", "token_use", "token_type", "active", "scope"}
)


def names_tenant(issuer: str, conditions: Iterable[Mapping[str, Any]]) -> bool:
    """Return True if a condition identifies a tenant of this issuer, or if the issuer is not known to be shared."""
    claims = tenant_claims(issuer)
    return claims is None or any(
        condition["claim"] in claims and condition["operator"] in _IDENTIFYING for condition in conditions
    )


def narrows(conditions: Iterable[Mapping[str, Any]]) -> bool:
    """Return True if a condition selects some of the workloads of an issuer."""
    return any(
        condition["claim"].removeprefix("/") not in _COMMON and condition["operator"] not in FLAGS
        for condition in conditions
    )


def accepts_any_workload(row: Any) -> bool:
    """Return True if the row accepts every workload of an issuer that may have other tenants."""
    is_workload = row.subject_mapping == SubjectMapping.WORKLOAD
    return is_workload and row.sole_tenant is not True and not narrows(row.conditions)


def immutable_instead(condition: Mapping[str, Any]) -> str | None:
    """Return the claim to use instead of one that can be reassigned; None if the condition is on another claim."""
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
    """Return the claims that identify a tenant of a known shared issuer, None for any other issuer."""
    host = _host(issuer)
    return next((claims for shared, claims in TENANT_CLAIMS.items() if re.fullmatch(shared, host)), None)


def _host(issuer: str) -> str:
    """Return the host of an issuer in lower case, without scheme, user, port and final dot."""
    # Google also uses `accounts.google.com` and Kubernetes `kubernetes/serviceaccount` as issuer, without a scheme.
    rest = issuer.partition("://")[2] or issuer
    if rest == "kubernetes/serviceaccount":
        return rest
    host = re.split(r"[/?#]", rest, maxsplit=1)[0].rpartition("@")[2]
    return re.sub(r":[0-9]*$", "", host).rstrip(".").lower()
