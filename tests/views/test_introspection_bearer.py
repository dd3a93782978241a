"""A client authenticates at introspection with a bearer token of its own instead of its secret."""

from __future__ import annotations

import pytest


def asked(world, about, bearer):
    return world.post({"token": about}, path="/o/introspect/", headers={"Authorization": f"Bearer {bearer}"})


def test_a_client_may_ask_with_a_token_that_has_the_scope(world):
    """A client's token opens the endpoint if it has the scope `introspection`."""
    about = world.client_token(world.front)
    answer = asked(world, about, world.client_token(world.front, scope="introspection"))
    assert (answer.status_code, answer.json()["active"]) == (200, True)
    assert asked(world, about, world.client_token(world.front, scope="read")).status_code == 401
    of_another = asked(world, about, world.client_token(world.agent, scope="introspection"))
    assert (of_another.status_code, of_another.json()) == (200, {"active": False})


@pytest.mark.parametrize("bearer", ["ey.ey.ey", "eyJhbGciOiJub25lIn0.e30.", "of-nobody"])
def test_what_is_no_token_is_no_failure(world, openid_login, bearer):
    """With OpenID Connect on, a malformed JWT is answered like an unknown client, not with a server error (P26)."""
    answer = asked(world, openid_login["access_token"], bearer)
    assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})


def test_an_id_token_is_no_access_token(world, openid_login):
    """An ID token never authenticates a client, whatever scopes the login had."""
    answer = asked(world, openid_login["access_token"], openid_login["id_token"])
    assert answer.status_code == 401
