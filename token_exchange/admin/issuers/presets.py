"""Fill the form with values for common issuers; the administrator completes empty fields and words in capitals."""

from __future__ import annotations

from typing import Any, Final

from token_exchange.sts.issuers import SubjectMapping
from token_exchange.sts.vocabulary import ACCESS_TOKEN, ID_TOKEN, JWT

PEOPLE: Final = {"token_types": [ID_TOKEN], "subject_mapping": SubjectMapping.LINKED_ACCOUNT.value}
WORKLOADS: Final = {
    "token_types": [JWT],
    "subject_mapping": SubjectMapping.WORKLOAD.value,
    "single_use": False,
    "max_age": 600,
    "scope_mapping": {"*": []},
}
# These platforms give a workload the same token again for most of its lifetime of an hour.
KEPT: Final = {**WORKLOADS, "max_age": 3_600}

PRESETS: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "oidc": ("OpenID Connect", {**PEOPLE}),
    "keycloak": (
        "Keycloak",
        {**PEOPLE, "issuer": "https://HOST/realms/REALM", "token_types": [ID_TOKEN, ACCESS_TOKEN]},
    ),
    "entra": (
        "Microsoft Entra",
        {
            **PEOPLE,
            "issuer": "https://login.microsoftonline.com/TENANT/v2.0",
            "subject_claim": "oid",
            "conditions": "tid equals TENANT",
            "scope_claim": "scp",
        },
    ),
    "okta": ("Okta", {**PEOPLE, "issuer": "https://ORGANISATION.okta.com", "scope_claim": "scp"}),
    "auth0": ("Auth0", {**PEOPLE, "issuer": "https://TENANT.eu.auth0.com/"}),
    "google": ("Google", {**PEOPLE, "issuer": "https://accounts.google.com", "conditions": "hd equals DOMAIN"}),
    "logto": ("Logto", {**PEOPLE, "issuer": "https://HOST/oidc", "algorithms": ["ES384"]}),
    "github": (
        "GitHub Actions",
        {
            **WORKLOADS,
            "issuer": "https://token.actions.githubusercontent.com",
            # With pull_request_target, the token of a stranger's pull request carries the ref of the target branch.
            "conditions": "repository_owner_id equals NUMBER\nrepository_id equals NUMBER\n"
            "ref equals refs/heads/main\nevent_name one_of push workflow_dispatch",
        },
    ),
    "gitlab": (
        "GitLab",
        {
            **KEPT,
            "issuer": "https://gitlab.com",
            "conditions": "project_id equals NUMBER\nref_protected equals true",
        },
    ),
    "kubernetes": (
        "Kubernetes",
        {
            **KEPT,
            "issuer": "https://kubernetes.default.svc.cluster.local",
            "conditions": "/kubernetes.io/namespace equals NAMESPACE\n/kubernetes.io/serviceaccount/name equals NAME",
        },
    ),
    "google_cloud": (
        "Google Cloud service account",
        {**KEPT, "issuer": "https://accounts.google.com", "conditions": "sub equals NUMBER"},
    ),
    "aws": (
        "AWS",
        {
            **WORKLOADS,
            "issuer": "https://ACCOUNT.tokens.sts.global.api.aws",
            "algorithms": ["ES384"],
            "conditions": "sub equals arn:aws:iam::ACCOUNT:role/NAME",
        },
    ),
    "vercel": (
        "Vercel",
        {
            **KEPT,
            "issuer": "https://oidc.vercel.com/TEAM",
            "conditions": "owner_id equals TEAM_ID\nproject_id equals PROJECT_ID\nenvironment equals production",
        },
    ),
    "spiffe": (
        "SPIFFE JWT-SVID",
        {
            **WORKLOADS,
            "issuer": "https://HOST",
            "algorithms": ["ES256", "RS256"],
            "verification": "jwks_url",
            "conditions": "sub path_prefix spiffe://TRUST-DOMAIN/PATH",
        },
    ),
}


def initial(name: str) -> dict[str, Any]:
    """Return the initial values of a preset, an empty dict if there is no preset of that name."""
    label, values = PRESETS.get(name, ("", {}))
    return {**values, "name": label} if label else {}
