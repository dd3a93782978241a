"""Describe tokens of CI jobs on GitHub Actions and GitLab."""

from __future__ import annotations

from tests.workloads.platform import Platform

GITHUB_CLAIMS = {
    "iss": "https://token.actions.githubusercontent.com",
    # Since July 2026 with the numbers of owner and repository, which nobody else ever gets.
    "sub": "repo:octo-org@123456/octo-repo@456789:ref:refs/heads/main",
    "actor": "octocat",
    "actor_id": "12",
    "base_ref": "",
    "check_run_id": "47831200173",
    "enterprise": "avocado-corp",
    "enterprise_id": "2",
    "event_name": "push",
    "head_ref": "",
    "job_workflow_ref": "octo-org/octo-automation/.github/workflows/oidc.yml@refs/heads/main",
    "job_workflow_sha": "3d0b1f2c5a1b2c3d4e5f60718293a4b5c6d7e8f9",
    "ref": "refs/heads/main",
    "ref_protected": "true",
    "ref_type": "branch",
    "repository": "octo-org/octo-repo",
    "repository_id": "456789",
    "repository_owner": "octo-org",
    "repository_owner_id": "123456",
    "repository_visibility": "private",
    "run_attempt": "2",
    "run_id": "16782345120",
    "run_number": "10",
    "runner_environment": "github-hosted",
    "sha": "3d0b1f2c5a1b2c3d4e5f60718293a4b5c6d7e8f9",
    "workflow": "deploy",
    "workflow_ref": "octo-org/octo-repo/.github/workflows/deploy.yml@refs/heads/main",
    "workflow_sha": "3d0b1f2c5a1b2c3d4e5f60718293a4b5c6d7e8f9",
}

GITHUB = Platform(
    preset="github",
    blanks=["123456", "456789"],
    claims=GITHUB_CLAIMS,
    header={"x5t": "ykNaY4qM_ta4k2TgZOCEYLkcYlA"},
    others={
        "another owner": {
            "sub": "repo:octo-evil@666/octo-repo@667:ref:refs/heads/main",
            "repository": "octo-evil/octo-repo",
            "repository_owner": "octo-evil",
            "repository_owner_id": "666",
            "repository_id": "667",
        },
        "another repository": {
            "sub": "repo:octo-org@123456/other@456790:ref:refs/heads/main",
            "repository": "octo-org/other",
            "repository_id": "456790",
        },
        "E15 owner and repository made anew under the old names": {
            "sub": "repo:octo-org@777/octo-repo@778:ref:refs/heads/main",
            "repository_owner_id": "777",
            "repository_id": "778",
        },
        "another branch": {
            "sub": "repo:octo-org@123456/octo-repo@456789:ref:refs/heads/x",
            "ref": "refs/heads/x",
        },
        "E16 what a stranger's pull request runs": {"event_name": "pull_request_target"},
        "E18 a fraction instead of a text": {"repository_id": 456789.0},
        "no number at all": {"repository_owner_id": None},
    },
)

GITHUB_BY_NAME = Platform(
    preset="github",
    blanks=["123456", "456789"],
    claims={**GITHUB_CLAIMS, "sub": "repo:octo-org/octo-repo:ref:refs/heads/main"},
    header={"x5t": "ykNaY4qM_ta4k2TgZOCEYLkcYlA"},
    others={"E15 the same subject from a repository made anew": {"repository_id": "778"}},
)

GITLAB = Platform(
    preset="gitlab",
    blanks=["20"],
    life=3_600,
    age=3_000,  # made when the job begins, good for as long as it may run
    claims={
        "iss": "https://gitlab.com",
        "sub": "project_path:my-group/my-project:ref_type:branch:ref:main",
        "ci_config_ref_uri": "gitlab.com/my-group/my-project//.gitlab-ci.yml@refs/heads/main",
        "ci_config_sha": "714a629c0b401fdce83e847fc9589983fc6f46bc",
        "environment": "production",
        "environment_protected": "true",
        "deployment_tier": "production",
        "groups_direct": ["my-group"],
        "job_id": "302",
        "namespace_id": "72",
        "namespace_path": "my-group",
        "pipeline_id": "574",
        "pipeline_source": "push",
        "project_id": "20",
        "project_path": "my-group/my-project",
        "project_visibility": "private",
        "ref": "main",
        "ref_path": "refs/heads/main",
        "ref_protected": "true",
        "ref_type": "branch",
        "runner_environment": "gitlab-hosted",
        "runner_id": 1,
        "sha": "714a629c0b401fdce83e847fc9589983fc6f46bc",
        "user_access_level": "maintainer",
        "user_email": "somebody@example.org",
        "user_id": "1",
        "user_login": "somebody",
    },
    others={
        "another project": {"project_id": "21", "sub": "project_path:my-group/other:ref_type:branch:ref:main"},
        "a project of another group": {"project_id": "9", "namespace_id": "8", "namespace_path": "evil"},
        "E15 made anew under the old path": {"project_id": "2000"},
        "a branch that anybody may push to": {"ref_protected": "false", "ref": "x"},
        "another spelling of true": {"ref_protected": "True"},
    },
)

CODE_HOSTS = {"GitHub": GITHUB, "GitHub before July 2026": GITHUB_BY_NAME, "GitLab": GITLAB}
