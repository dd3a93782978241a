"""INV-26: an impersonated token opens what it was issued for, and is no step to anything further."""

from __future__ import annotations

from token_exchange.sts.vocabulary import ACCESS_TOKEN


def impersonated(world):
    """Front trades Alice's token, issued to spa, and leaves no actor in the new one."""
    world.policy(ways=["without_actor"], name="impersonation")
    answer = world.exchange(world.login_token())
    assert answer.status_code == 200, answer.content
    return answer.json()["access_token"]


def test_an_impersonated_token_is_nobodys_actor(world):
    """Whoever impersonates Alice cannot have Alice act for somebody else."""
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


def test_an_impersonated_token_is_not_impersonated_on(world):
    """The owner of the target that it is meant for cannot become Alice in turn."""
    token = impersonated(world)
    world.policy(ways=["without_actor"], client=world.back, issued_to=[world.spa])
    genuine = world.login_token()
    world.refused(
        lambda: world.exchange(genuine, client=world.back),
        lambda: world.exchange(token, client=world.back),
        error="invalid_request",
    )
