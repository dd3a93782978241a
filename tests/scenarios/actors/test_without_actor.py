"""INV-26: a token that was exchanged without an actor gives no access to further tokens or users."""

from __future__ import annotations

from token_exchange.sts.vocabulary import ACCESS_TOKEN


def impersonated(world):
    """Return a token that `front` got for Alice's token, which was issued to `spa`, without an actor."""
    world.policy(ways=["without_actor"], name="impersonation")
    answer = world.exchange(world.login_token())
    assert answer.status_code == 200, answer.content
    return answer.json()["access_token"]


def test_a_token_without_an_actor_is_no_actor_token(world):
    """A client cannot let Alice act for another user with a token that it got without an actor."""
    token = impersonated(world)
    world.policy(
        ways=["delegation"],
        client=world.front,
        position=1,
        limited_to_actor_scopes=False,
        lists={"actor_users": [world.alice], "actor_clients": [world.front]},
    )
    bobs, own = world.login_token(world.bob), world.client_token()
    world.refused(
        lambda: world.exchange(bobs, actor_token=own, actor_token_type=ACCESS_TOKEN),
        lambda: world.exchange(bobs, actor_token=token, actor_token_type=ACCESS_TOKEN),
        error="invalid_request",
    )


def test_a_token_without_an_actor_is_not_exchanged_without_one_again(world):
    """The owner of the target cannot exchange the token without an actor once more."""
    token = impersonated(world)
    world.policy(ways=["without_actor"], client=world.back, issued_to=[world.spa])
    genuine = world.login_token()
    world.refused(
        lambda: world.exchange(genuine, client=world.back),
        lambda: world.exchange(token, client=world.back),
        error="invalid_request",
    )
