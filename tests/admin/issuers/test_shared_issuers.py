"""An issuer that many tenants share needs a condition that names exactly one tenant."""

from __future__ import annotations

import pytest

from tests.jose.issuer import Issuer, jwk_set
from tests.worlds.external_issuer import current, trusting
from tests.worlds.key_server import AUDIENCE
from token_exchange.sts.vocabulary import JWT

ADD = "/admin/token_exchange/trustedissuer/add/"
GITHUB = "https://token.actions.githubusercontent.com"
GITLAB = "https://gitlab.com"
SIGNER = Issuer()


@pytest.fixture
def refusal(admin_client):
    """Return a function that saves a row with these conditions, and returns the errors of the form, None if saved."""

    def save(issuer, *conditions, **changes):
        form = {
            "name": "shared",
            "issuer": issuer,
            "enabled": "on",
            "token_types": [JWT],
            "audiences": AUDIENCE,
            "max_age": "600",
            "verification": "pasted",
            "algorithms": ["RS256"],
            "pasted_keys": jwk_set(SIGNER.jwk()).decode(),
            "conditions": "\n".join(conditions),
            "subject_mapping": "workload",
            "subject_claim": "sub",
            "new_user_attributes": "{}",
            "scope_claim": "scope",
            "scope_mapping": '{"*": ["read"]}',
            **changes,
        }
        answer = admin_client.post(ADD, form, secure=True)
        if answer.status_code == 302:
            return None
        errors = answer.context["adminform"].form.errors
        assert set(errors) == {"conditions"}
        return " ".join(errors["conditions"])

    return save


@pytest.mark.scenario("TXS-011")
@pytest.mark.scenario("E14")
@pytest.mark.parametrize(
    ("issuer", "conditions"),
    [
        pytest.param(GITHUB, [], id="none at all"),
        pytest.param(GITHUB, ["ref equals refs/heads/main"], id="of no tenant"),
        pytest.param(GITHUB, ["sub glob repo:*/*:ref:refs/heads/main"], id="every repository"),
        pytest.param(GITHUB, ["sub glob repo:*"], id="a pattern of everything"),
        pytest.param(GITHUB, ["sub glob repo:octo*/shop:*"], id="every owner whose name begins so"),
        pytest.param(GITHUB, ["repository_owner_id glob 1*"], id="every number that begins so"),
        pytest.param(GITHUB, ["sub is_true"], id="a text that is true"),
        pytest.param(GITLAB, ["sub glob project_path:*/shop:*"], id="every group"),
        pytest.param("https://accounts.google.com", ["email_verified is_true"], id="everybody with an address"),
        pytest.param("https://kubernetes.default.svc", ["sub glob system:serviceaccount:*"], id="every namespace"),
    ],
)
def test_what_names_no_tenant_is_refused(refusal, issuer, conditions):
    """A condition that any tenant of the issuer can meet is refused."""
    assert "Many tenants share this issuer" in refusal(issuer, *conditions, accepts_mutable_claims="on")


@pytest.mark.parametrize(
    ("issuer", "is_shared"),
    [
        ("https://token.actions.githubusercontent.com/octo-enterprise", True),
        ("https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47/v2.0", True),
        ("https://oidc.eks.eu-central-1.amazonaws.com/id/4E1D", True),
        ("https://kubernetes.default.svc.cluster.local", True),
        ("https://agent.buildkite.com", True),
        ("https://Agent.Buildkite.com.:443/", True),
        ("https://app.terraform.io/", True),
        ("https://westeurope.oic.prod-aks.azure.com/72f9/88bf/", True),
        ("https://oidc.circleci.com/org/5a1c", True),
        ("https://api.pulumi.com/oidc", True),
        ("https://container.googleapis.com/v1/projects/p/locations/l/clusters/c", True),
        ("https://buildkite.company.example", False),
        ("https://gitlab.company.example", False),
        ("https://accounts.google.company.example", False),
        ("https://kubernetes.default.svcs.example", False),
    ],
)
def test_a_host_whose_name_begins_alike_is_another(refusal, issuer, is_shared):
    """A host below a shared issuer counts as shared; a server of the site's own has one tenant."""
    assert (refusal(issuer) is not None) is is_shared


@pytest.mark.scenario("E14")
@pytest.mark.parametrize(
    ("issuer", "conditions"),
    [
        (GITHUB, ["repository_owner_id equals 123456", "sub glob repo:*/*:ref:refs/heads/main"]),
        (GITHUB, ["repository_id one_of 456789 456790"]),
        (GITHUB, ["sub path_prefix repo:octo-org@123456"]),
        (GITHUB, ["sub equals repo:octo-org@123456/octo-repo@456789:ref:refs/heads/main"]),
        (GITLAB, ["project_id equals 20"]),
        ("https://kubernetes.default.svc", ["sub equals system:serviceaccount:shop:builder"]),
    ],
)
def test_what_names_a_tenant_for_good_is_saved(refusal, issuer, conditions):
    """A condition on a tenant's number, on a list of numbers, or on a subject that contains one is accepted."""
    assert refusal(issuer, *conditions) is None


@pytest.mark.scenario("TXS-012")
@pytest.mark.parametrize(
    ("issuer", "condition", "better"),
    [
        (GITHUB, "repository equals octo-org/octo-repo", "repository → repository_id"),
        (GITHUB, "repository_owner equals octo-org", "repository_owner → repository_owner_id"),
        (GITHUB, "sub equals repo:octo-org/octo-repo:ref:refs/heads/main", "sub → repository_id"),
        (GITHUB, "sub path_prefix repo:octo-org", "sub → repository_id"),
        (GITHUB, "sub one_of repo:a@1/b@2:pull_request repo:a/b:pull_request", "sub → repository_id"),
        (GITHUB, "sub equals repo:octo-org@/octo-repo@456789:pull_request", "sub → repository_id"),
        (GITLAB, "sub equals project_path:group/project:ref_type:branch:ref:main", "sub → project_id"),
        (
            "https://oidc.vercel.com/acme",
            "sub equals owner:acme:project:shop:environment:production",
            "sub → project_id",
        ),
    ],
)
def test_a_name_that_can_be_reassigned_needs_a_confirmation(refusal, issuer, condition, better):
    """A condition on a name that another tenant could get later is accepted only if the box for that is ticked."""
    assert better in refusal(issuer, condition)
    assert refusal(issuer, condition, accepts_mutable_claims="on") is None


@pytest.mark.scenario("TXS-011")
def test_a_row_written_past_the_form_accepts_no_token(world):
    """A row of a shared issuer without a tenant condition accepts no token, also if it was written past the form."""
    named = [{"claim": "repository_owner_id", "operator": "equals", "values": ["123456"]}]
    row = trusting(world, SIGNER, issuer=GITHUB, conditions=named)
    claims = {"iss": GITHUB, "repository_owner_id": "123456"}

    def under(conditions):
        row.conditions = conditions
        row.save()
        return world.exchange(SIGNER.token(**current(**claims)), subject_token_type=JWT)

    world.refused(lambda: under(named), lambda: under([]), error="invalid_request", reason="issuer_unknown")
