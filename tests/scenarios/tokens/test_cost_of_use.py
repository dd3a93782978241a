"""Serving and introspecting a token takes a fixed number of statements."""

from __future__ import annotations

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from tests.worlds import back_api
from token_exchange.toolkit.compat import token_database

pytestmark = pytest.mark.urls("tests.worlds.back_api")


def statements(action):
    """Return the number of statements that an action sends to the database of the tokens."""
    with CaptureQueriesContext(connections[token_database()]) as captured:
        action()
    return len(captured)


def crowd(world, relay):
    """Create fifty more policies, targets and users, and as many tokens of the same lineage."""
    for number in range(50):
        target = world.make_target(f"target-{number}", scopes=["read"])
        world.policy(client=relay.clients[4], targets=[target], scopes=["read"])
        world.user(f"user-{number}")
    login = world.login_token()
    for _ in range(10):
        relay.tokens(3, login)


# By the number of exchanges that the token has come through.
USE = {0: 2, 1: 5, 2: 6, 3: 7}


@pytest.mark.parametrize(("hops", "most"), USE.items())
def test_the_use_of_a_token(world, relay, hops, most):
    """Serving a token takes a fixed number of statements, and one more for each further generation."""
    token = relay.token(hops)
    assert back_api.opens(token)
    before = statements(lambda: back_api.ask(token))
    assert before <= most
    crowd(world, relay)
    assert back_api.opens(token)
    assert statements(lambda: back_api.ask(token)) == before


@pytest.mark.parametrize(("hops", "most"), USE.items())
def test_asking_about_a_token(world, relay, hops, most):
    """Introspection takes the statements of a use, and those that authenticate the client."""
    token = relay.token(hops)
    client = [world.spa, *relay.clients][hops]
    assert world.introspect(token, client=client)["active"]
    before = statements(lambda: world.introspect(token, client=client))
    assert before <= most + 1
    crowd(world, relay)
    assert world.introspect(token, client=client)["active"]
    assert statements(lambda: world.introspect(token, client=client)) == before
