"""Section A: each parameter of a request is validated."""

from __future__ import annotations

import pytest

from token_exchange.sts.vocabulary import ACCESS_TOKEN, ID_TOKEN, JWT, REFRESH_TOKEN

SAML1 = "urn:ietf:params:oauth:token-type:saml1"
SAML2 = "urn:ietf:params:oauth:token-type:saml2"

# What is no token type of ours: other kinds of RFC 8693 §3, unknown URIs, near misses, and no URI at all.
WRONG_TYPES = [
    pytest.param(SAML1, id="saml1"),
    pytest.param(SAML2, id="saml2"),
    pytest.param("urn:example:nope", id="unknown"),
    pytest.param("access_token", id="no-uri"),
    pytest.param("garbage", id="garbage"),
    pytest.param(" ", id="space"),
    pytest.param(ACCESS_TOKEN.upper(), id="upper-case"),
    pytest.param(f"{ACCESS_TOKEN} ", id="trailing-space"),
    pytest.param(f"{ACCESS_TOKEN}/", id="trailing-slash"),
]


def test_a01_only_the_required_parameters(world):
    """A request with only the required parameters is answered with exactly the documented members."""
    world.policy()
    answer = world.exchange(world.login_token())
    assert answer.status_code == 200, answer.content
    assert set(answer.json()) == {"access_token", "issued_token_type", "token_type", "expires_in", "scope"}


def test_a02_no_subject_token(world, alices_token):
    """A request without subject_token is refused."""
    answer = world.refuses(alices_token, without=["subject_token"])
    assert "subject_token " in answer.json()["error_description"]


def test_a03_no_subject_token_type(world, alices_token):
    """A request without subject_token_type is refused, and the description names the parameter."""
    answer = world.refuses(alices_token, without=["subject_token_type"], reason="parameter_missing")
    assert "subject_token_type" in answer.json()["error_description"]


@pytest.mark.parametrize("blank", ["", " ", "   ", "\t"], ids=["empty", "space", "spaces", "tab"])
def test_a04_blank_subject_token(world, alices_token, blank):
    """A subject token that is empty or only white space is refused."""
    world.refuses(alices_token, subject_token=blank)


@pytest.mark.parametrize("declared", [*WRONG_TYPES, pytest.param("", id="empty")])
def test_a05_unsupported_subject_token_type(world, alices_token, declared):
    """A valid token that is declared as a type without a verifier is refused."""
    answer = world.refuses(alices_token, subject_token_type=declared)
    assert "subject_token_type" in answer.json()["error_description"]


def test_a06_refresh_token_while_not_enabled(world):
    """A valid refresh token with its right type is refused unless a policy accepts that type."""
    world.policy()
    login = world.login()
    world.refuses(
        login["access_token"],
        subject_token=login["refresh_token"],
        subject_token_type=REFRESH_TOKEN,
        reason="token_type_unsupported",
    )


def test_a07_id_token_while_not_enabled(world, openid_login):
    """A valid ID token with its right type is refused unless a policy accepts that type."""
    world.policy()
    world.refuses(
        openid_login["access_token"],
        subject_token=openid_login["id_token"],
        subject_token_type=ID_TOKEN,
        reason="token_type_unsupported",
    )


@pytest.mark.parametrize("actor", [{}, {"actor_token": ""}], ids=["absent", "empty"])
def test_a10_actor_token_type_without_actor_token(world, alices_token, actor):
    """An actor_token_type without an actor_token, or with an empty one, is refused."""
    world.refuses(alices_token, **actor, actor_token_type=ACCESS_TOKEN, reason="parameter_without_its_token")


@pytest.mark.parametrize("declared", [*WRONG_TYPES, REFRESH_TOKEN, ID_TOKEN, JWT])
def test_a11_unsupported_actor_token_type(world, declared):
    """A valid actor token that is declared as a type without a verifier is refused, never ignored."""
    world.policy(ways=["delegation"], lists={"actor_clients": [world.front]})
    token, actor_token = world.login_token(), world.client_token()
    world.refused(
        lambda: world.exchange(token, actor_token=actor_token),
        lambda: world.exchange(token, actor_token=actor_token, actor_token_type=declared),
        error="invalid_request",
    )


@pytest.mark.parametrize("genuine", [True, False], ids=["genuine", "garbage"])
def test_a12_actor_token_while_delegation_is_not_enabled(world, alices_token, genuine):
    """An actor token is refused, not ignored, if the policy does not allow delegation."""
    actor_token = world.client_token() if genuine else "garbage-that-nobody-issued"
    reason = "not_permitted_by_any_policy" if genuine else "token_unknown"
    world.refuses(alices_token, actor_token=actor_token, reason=reason)


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param(JWT, id="A15-jwt"),
        pytest.param(ID_TOKEN, id="A17-id_token"),
        pytest.param(REFRESH_TOKEN, id="refresh_token"),
        *WRONG_TYPES,
    ],
)
def test_a15_a17_requested_token_type_that_is_not_issued(world, alices_token, asked):
    """A requested type that the policy does not issue is refused by name; no other type is issued instead."""
    answer = world.refuses(alices_token, requested_token_type=asked)
    assert "requested_token_type" in answer.json()["error_description"]


@pytest.mark.parametrize("asked", [ACCESS_TOKEN, ""], ids=["access_token", "empty"])
def test_a15_requested_token_type_that_is_issued(world, alices_token, asked):
    """A request for an access token, or without a requested type, gets an access token that is declared as one."""
    answer = world.exchange(alices_token, requested_token_type=asked)
    assert answer.json()["issued_token_type"] == ACCESS_TOKEN
    assert answer.json()["token_type"] == "Bearer"
