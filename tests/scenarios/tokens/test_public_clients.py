"""A client that is made public keeps no token that it obtained by an exchange (RFC 6749 §2.1)."""

from __future__ import annotations

import pytest

from tests.worlds.client_chain import ClientChain


def switch(client, kind):
    """Make a client public or confidential."""
    client.client_type = kind
    client.save()


@pytest.mark.parametrize("way", ["client_acts", "without_actor"])
def test_l13_its_tokens_are_inactive(world, way):
    """The tokens of a client are inactive while it is public, whether or not they name an actor."""
    world.policy(ways=[way])
    token = world.issued(world.login_token())
    assert world.introspect(token, client=world.back)["active"]
    switch(world.front, "public")
    assert world.introspect(token, client=world.back) == {"active": False}
    switch(world.front, "confidential")
    assert world.introspect(token, client=world.back)["active"]


def test_l13_tokens_exchanged_from_them_are_inactive(world):
    """So are the tokens that other clients exchanged from them, and none can be exchanged further."""
    chain = ClientChain(world, 3)
    tokens = chain.tokens(2)
    assert chain.alive(tokens) == "+++"
    switch(chain.clients[0], "public")
    # The client itself cannot authenticate now, so the owner of the target asks.
    told = [world.introspect(token, client=world.back)["active"] for token in tokens[1:]]
    assert told == [False, False]
    for number, token in enumerate(tokens[1:], start=1):
        answer = chain.hop(number, token)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
