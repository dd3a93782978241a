"""Section P: every refusal has a stable reason in the record, which the client cannot tell from the answer."""

from __future__ import annotations

import pytest

from tests.scenarios.attempts import prepared
from token_exchange.sts.reasons import Reason

EXTERNAL = {
    "address_not_verified",
    "claim_condition_failed",
    "claims_invalid",
    "introspection_inactive",
    "introspection_unavailable",
    "issuer_unknown",
    "jwt_malformed",
    "keys_unavailable",
    "signature_invalid",
    "subject_ambiguous",
    "subject_privileged",
    "subject_unknown",
    "token_bound_to_key",
    "token_replayed",
    "token_restricted",
    "token_type_not_taken_from_issuer",
    "token_without_id",
    "too_many_failures",
}
"""Reasons that only tokens of external issuers can give, of people and keys as Django has them, or many requests."""

REASONS = sorted(set(Reason) - EXTERNAL)

ERRORS = {
    "client_authentication_failed": (401, "invalid_client"),
    "client_is_public": (401, "invalid_client"),
    "client_secret_is_blank": (401, "invalid_client"),
    "client_has_no_policy": (400, "unauthorized_client"),
    "too_many_targets": (400, "invalid_target"),
    "target_repeated": (400, "invalid_target"),
    "target_malformed": (400, "invalid_target"),
    "target_unknown": (400, "invalid_target"),
    "server_failure": (500, "server_error"),
}
"""Status and code of those that are not simply an invalid request."""

FAULTS_OF_THE_SUBJECT_TOKEN = [
    "ancestor_revoked",
    "chain_malformed",
    "denied_by_policy",
    "not_permitted_by_any_policy",
    "subject_inactive",
    "token_expired",
    "token_issuer_disabled",
    "token_revoked",
    "token_unknown",
    "token_without_origin",
]
"""What is wrong with a subject token itself, or makes a policy refuse it."""


@pytest.mark.parametrize("reason", REASONS)
def test_p02_every_refusal_has_its_reason(world, alices_token, monkeypatch, reason):
    """Each reason occurs, is recorded once under its stable code, and is answered with the code of the RFC."""
    status, error = ERRORS.get(reason, (400, "invalid_request"))
    refused = prepared(reason, world, monkeypatch)
    world.refused(lambda: world.exchange(alices_token), refused, error=error, reason=reason, status=status)


@pytest.mark.parametrize("reason", FAULTS_OF_THE_SUBJECT_TOKEN)
def test_p06_all_faults_of_a_token_look_alike(world, alices_token, monkeypatch, reason):
    """INV-25: the answer is the same for every flaw in a subject token, and for an unknown one."""
    never_was = world.exchange("never-was-a-token")
    answer = prepared(reason, world, monkeypatch)()
    assert (answer.status_code, answer.content) == (never_was.status_code, never_was.content)
    assert set(answer.headers) == set(never_was.headers)


def test_p06_a_subject_that_is_not_covered_looks_alike(world):
    """The answer does not reveal which users a policy covers, or which are privileged."""
    world.policy(subject_kind="listed_users", lists={"subject_users": [world.alice]})
    staff = world.user("staff", is_staff=True)
    answers = [world.exchange(world.login_token(user)) for user in (world.bob, staff)]
    assert {answer.content for answer in answers} == {world.exchange("never-was-a-token").content}


def test_p06_a_denied_target_looks_like_an_unknown_one(world, alices_token):
    """The answer does not reveal if a target is unknown, not permitted or denied."""
    world.policy(targets=[world.other_target])
    world.policy(effect="deny", scopes=[], subject_kind="anyone", targets=[world.other_target])
    forbidden = world.make_target("forbidden-api")
    names = ("no-such-api", forbidden.name, world.other_target.name)
    answers = [world.exchange(alices_token, audience=name) for name in names]
    assert {answer.status_code for answer in answers} == {400}
    assert len({answer.content for answer in answers}) == 1
