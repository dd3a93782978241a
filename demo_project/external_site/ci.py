"""The CI of the external site, which gives a running job a JWT with its repository and branch.

The endpoint and the claims are those of GitHub Actions: a job sends the token that its runner gave it, names an
audience, and gets `{"value": …}`.
"""

from __future__ import annotations

import hmac
import json
import time
from typing import Any
from uuid import uuid4

import jwt
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_GET
from jwt.algorithms import RSAAlgorithm

from demo_project.external_site.cast import BRANCH, JOB, JOB_TOKEN, OWNER, OWNER_ID, REPOSITORY, REPOSITORY_ID
from demo_project.external_site.keys import ci_key

KEY_ID = "ci-1"
SECONDS = 300


@require_GET
def discovery(request: HttpRequest) -> JsonResponse:
    """Return the metadata with the address of the keys (OpenID Connect Discovery §4)."""
    return JsonResponse(
        {
            "issuer": _issuer(request),
            "jwks_uri": request.build_absolute_uri(reverse("ci-keys")),
            "id_token_signing_alg_values_supported": ["RS256"],
            "response_types_supported": ["id_token"],
            "subject_types_supported": ["public"],
        }
    )


@require_GET
def keys(request: HttpRequest) -> JsonResponse:
    """Return the public key (RFC 7517 §5)."""
    public = json.loads(RSAAlgorithm.to_jwk(ci_key().public_key()))
    public.pop("key_ops", None)
    return JsonResponse({"keys": [{**public, "kid": KEY_ID, "alg": "RS256", "use": "sig"}]})


@require_GET
def token(request: HttpRequest) -> JsonResponse:
    """Return the token of a job for the audience that it names; answer 401 to every other caller."""
    shown = request.headers.get("Authorization", "")
    if not hmac.compare_digest(shown.encode(), f"Bearer {JOB_TOKEN}".encode()):
        return JsonResponse({"message": "No job is running with this token."}, status=401)
    claims = _claims(_issuer(request), request.GET.get("audience", ""))
    return JsonResponse({"value": jwt.encode(claims, ci_key(), "RS256", headers={"kid": KEY_ID})})


def _issuer(request: HttpRequest) -> str:
    return request.build_absolute_uri("/ci")


def _claims(issuer: str, audience: str) -> dict[str, Any]:
    now, repository = int(time.time()), f"{OWNER}/{REPOSITORY}"
    return {
        "iss": issuer,
        "sub": JOB,
        "aud": audience,
        "jti": str(uuid4()),
        "nbf": now,
        "iat": now,
        "exp": now + SECONDS,
        "repository": repository,
        "repository_id": REPOSITORY_ID,
        "repository_owner": OWNER,
        "repository_owner_id": OWNER_ID,
        "repository_visibility": "private",
        "ref": BRANCH,
        "ref_type": "branch",
        "event_name": "push",
        "workflow": "deploy",
        "job_workflow_ref": f"{repository}/.github/workflows/deploy.yml@{BRANCH}",
        "run_id": "4242",
        "run_number": "17",
        "run_attempt": "1",
        "runner_environment": "github-hosted",
    }
