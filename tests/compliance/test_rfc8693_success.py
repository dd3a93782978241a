"""RFC 8693 §2.2.1: the successful answer (TX-041 to TX-050)."""

from __future__ import annotations

import time

import pytest

from token_exchange.sts.vocabulary import ACCESS_TOKEN, ID_TOKEN, JWT, REFRESH_TOKEN

pytestmark = pytest.mark.compliance("RFC 8693", "2.2.1")


@pytest.fixture
def answer(world, alices_token):
    """A correct exchange of everything that the policy gives."""
    answer = world.exchange(alices_token)
    assert answer.status_code == 200, answer.content
    return answer


def test_tx_041_a_normal_token_response_that_nobody_stores(answer):
    """The headers are those of any token response."""
    assert answer["Cache-Control"] == "no-store"
    assert answer["Pragma"] == "no-cache"


def test_tx_042_200_and_json(answer):
    """Status and type of the answer."""
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
    """The issued token is found there, and is the one that is active."""
    assert world.introspect(answer.json()["access_token"])["active"] is True


@pytest.mark.parametrize("asked", [{}, {"requested_token_type": ACCESS_TOKEN}])
def test_tx_045_the_issued_type_is_told(world, alices_token, asked):
    """Whether a type was asked for or not, the answer says which one it is."""
    assert world.exchange(alices_token, **asked).json()["issued_token_type"] == ACCESS_TOKEN


def test_tx_046_an_access_token_is_a_bearer_token(answer):
    """What opens resources says how."""
    assert answer.json()["token_type"].lower() == "bearer"


@pytest.mark.parametrize("asked", [JWT, REFRESH_TOKEN, ID_TOKEN, "urn:ietf:params:oauth:token-type:id-jag"])
def test_tx_047_nothing_is_issued_under_a_name_that_it_is_not(world, alices_token, asked):
    """What would have to be `N_A` is not issued at all: an opaque access token never passes for something else."""
    world.refuses(alices_token, requested_token_type=asked)


def test_tx_048_the_lifetime_is_told(world, answer):
    """`expires_in` is what is left until the expiry that introspection shows."""
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
def test_tx_049_the_scope_is_told(world, asked, told):
    """Nothing asked, all granted or less granted: the answer always says what the token can do."""
    world.policy(narrows_scope=True)
    answer = world.exchange(world.login_token(scope="read write orders:read"), **asked).json()
    assert answer["scope"] == told
    assert world.introspect(answer["access_token"])["scope"] == told


@pytest.mark.parametrize("scope", [None, "read", "offline_access"])
def test_tx_050_no_refresh_token(world, scope):
    """No exchange gives a refresh token, not even of a subject that has one."""
    world.policy(narrows_scope=True)
    login = world.login()
    assert "refresh_token" in login
    answer = world.exchange(login["access_token"], **({"scope": scope} if scope else {}))
    assert "refresh_token" not in answer.json()
