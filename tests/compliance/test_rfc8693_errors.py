"""RFC 8693 §2.2.2: refusals have the required codes (TX-052 to TX-058)."""

from __future__ import annotations

import re

import pytest

from tests.scenarios.attempts import prepared
from token_exchange.sts.vocabulary import ACCESS_TOKEN

pytestmark = pytest.mark.compliance("RFC 8693", "2.2.2")

BAD_TOKENS = ["token_unknown", "token_expired", "token_revoked", "ancestor_revoked", "token_without_origin"]
UNACCEPTABLE = ["subject_inactive", "denied_by_policy", "not_permitted_by_any_policy"]
OTHER_CODES = {
    "client_authentication_failed": (401, "invalid_client"),
    "client_has_no_policy": (400, "unauthorized_client"),
    "target_unknown": (400, "invalid_target"),
    "parameter_missing": (400, "invalid_request"),
}


@pytest.mark.parametrize("reason", [*BAD_TOKENS, *UNACCEPTABLE, *OTHER_CODES])
def test_tx_052_a_refusal_is_an_error_of_rfc_6749(world, alices_token, monkeypatch, reason):
    """Every refusal is JSON with `error`, and without a member of a successful answer."""
    body = prepared(reason, world, monkeypatch)().json()
    assert set(body) == {"error", "error_description"}


@pytest.mark.parametrize("reason", BAD_TOKENS)
def test_tx_053_a_bad_subject_token_is_an_invalid_request(world, alices_token, monkeypatch, reason):
    """An invalid subject token gets `invalid_request`, not `invalid_grant`."""
    refused = prepared(reason, world, monkeypatch)
    world.refused(lambda: world.exchange(alices_token), refused, error="invalid_request", reason=reason)


@pytest.fixture
def delegation(world):
    """Return a token of Alice, and one by which `front` acts for her."""
    world.policy(ways=["delegation"], lists={"actor_clients": [world.front]})
    return world.login_token(), world.client_token()


@pytest.mark.parametrize("fault", ["garbage", "revoked", "not the caller's"])
def test_tx_054_a_bad_actor_token_is_an_invalid_request(world, delegation, fault):
    """An invalid actor token gets `invalid_request`, and the description names it."""
    token, actor_token = delegation
    bad = "garbage" if fault == "garbage" else world.client_token(world.front if fault == "revoked" else world.agent)
    if fault == "revoked":
        world.revoke(bad, client=world.front)
    answer = world.refused(
        lambda: world.exchange(token, actor_token=actor_token),
        lambda: world.exchange(token, actor_token=bad),
        error="invalid_request",
    )
    assert "actor_token" in answer.json()["error_description"]


@pytest.mark.parametrize("who", ["is_staff", "is_superuser"])
def test_tx_055_an_unacceptable_subject_is_an_invalid_request(world, alices_token, who):
    """A valid token whose subject no policy covers gets the same code as an invalid one."""
    privileged = world.user("privileged", **{who: True})
    world.refused_but_for(alices_token, world.login_token(privileged), reason="not_permitted_by_any_policy")


def test_tx_055_unless_the_policy_says_so(world):
    """The same subject is accepted if a policy covers it."""
    world.policy(privileged_subjects=True)
    assert world.exchange(world.login_token(world.user("privileged", is_staff=True))).status_code == 200


@pytest.mark.parametrize("audience", ["no-such-api", "invoices-api"])
def test_tx_056_an_unknown_or_forbidden_target(world, alices_token, audience):
    """An unknown target and one that is not permitted get `invalid_target` with the same description."""
    answer = world.refuses(alices_token, error="invalid_target", audience=audience)
    assert answer.json()["error_description"] == "The requested audience or resource is unknown or not permitted."


@pytest.mark.parametrize("reason", [*BAD_TOKENS, *UNACCEPTABLE, *OTHER_CODES])
def test_tx_057_the_description_is_a_constant_sentence(world, alices_token, monkeypatch, reason):
    """The description is one line of ASCII without quotation marks, and repeats nothing of the request."""
    body = prepared(reason, world, monkeypatch)().json()
    assert re.fullmatch(r"[\x20-\x21\x23-\x5b\x5d-\x7e]+", body["error_description"])
    for word in ("alice", "bob", "front", "nope", ACCESS_TOKEN, reason):
        assert word not in body["error_description"]


@pytest.mark.parametrize("reason", OTHER_CODES)
def test_tx_058_other_codes_where_apt(world, alices_token, monkeypatch, reason):
    """A wrong secret, a client without a policy and a missing parameter have codes of their own."""
    status, error = OTHER_CODES[reason]
    refused = prepared(reason, world, monkeypatch)
    world.refused(lambda: world.exchange(alices_token), refused, error=error, reason=reason, status=status)


def test_tx_058_a_scope_that_is_not_permitted(world, alices_token):
    """A scope that is not permitted gets `invalid_scope`."""
    world.refuses(alices_token, error="invalid_scope", scope="write")
