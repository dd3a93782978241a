"""RFC 8693 §2.2.1: a successful answer has the required members (TX-041 to TX-050)."""

from __future__ import annotations

import time

import pytest

from token_exchange.sts.vocabulary import ACCESS_TOKEN, ID_TOKEN, JWT, REFRESH_TOKEN

pytestmark = pytest.mark.compliance("RFC 8693", "2.2.1")


@pytest.fixture
def answer(world, alices_token):
    """Return the answer to a valid exchange of everything that the policy grants."""
    answer = world.exchange(alices_token)
    assert answer.status_code == 200, answer.content
    return answer


def test_tx_041_a_token_response_that_is_not_cached(answer):
    """The headers are those of every token response."""
    assert answer["Cache-Control"] == "no-store"
    assert answer["Pragma"] == "no-cache"


def test_tx_042_200_and_json(answer):
    """The answer has status 200 and is JSON."""
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")


def test_tx_043_flat_json_with_numbers_as_numbers(answer):
    """No member is an object or a list, and none is null."""
    assert {name: type(value) for name, value in answer.json().items()} == {
        "access_token": str,
        "issued_token_type": str,
        "token_type": str,
        "expires_in": int,
        "scope": str,
    }


def test_tx_044_the_token_is_in_access_token(world, answer):
    """The new token is in `access_token`, and is active."""
    assert world.introspect(answer.json()["access_token"])["active"] is True


@pytest.mark.parametrize("asked", [{}, {"requested_token_type": ACCESS_TOKEN}])
def test_tx_045_the_answer_names_the_issued_type(world, alices_token, asked):
    """The answer names the type of the new token, requested or not."""
    assert world.exchange(alices_token, **asked).json()["issued_token_type"] == ACCESS_TOKEN


def test_tx_046_an_access_token_is_a_bearer_token(answer):
    """The `token_type` of a new access token is Bearer."""
    assert answer.json()["token_type"].lower() == "bearer"


@pytest.mark.parametrize("asked", [JWT, REFRESH_TOKEN, ID_TOKEN, "urn:ietf:params:oauth:token-type:id-jag"])
def test_tx_047_nothing_is_issued_under_a_name_that_it_is_not(world, alices_token, asked):
    """A type whose `token_type` would be `N_A` is not issued."""
    world.refuses(alices_token, requested_token_type=asked)


def test_tx_048_the_answer_has_the_lifetime(world, answer):
    """`expires_in` is the time until the expiry in the introspection."""
    exp = world.introspect(answer.json()["access_token"])["exp"]
    assert abs(exp - time.time() - answer.json()["expires_in"]) <= 2


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({}, "orders:read read"),
        ({"scope": "read"}, "read"),
        ({"scope": "read write"}, "read"),
        ({"scope": " read  read "}, "read"),
    ],
)
def test_tx_049_the_answer_has_the_scope(world, asked, told):
    """The answer names the scope of the new token, requested, granted in full, or narrowed."""
    world.policy(narrows_scope=True)
    answer = world.exchange(world.login_token(scope="read write orders:read"), **asked).json()
    assert answer["scope"] == told
    assert world.introspect(answer["access_token"])["scope"] == told


@pytest.mark.parametrize("scope", [None, "read", "offline_access"])
def test_tx_050_no_refresh_token(world, scope):
    """An exchange gives no refresh token, even if the login gave one."""
    world.policy(narrows_scope=True)
    login = world.login()
    assert "refresh_token" in login
    answer = world.exchange(login["access_token"], **({"scope": scope} if scope else {}))
    assert "refresh_token" not in answer.json()
