"""RFC 8693 §2.1: an actor token is validated as fully as a subject token (TX-034)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from tests.worlds.world import flipped
from token_exchange.sts.vocabulary import ID_TOKEN, JWT, REFRESH_TOKEN

pytestmark = pytest.mark.compliance("RFC 8693", "2.1")


@pytest.fixture
def delegation(world):
    """Return a token of Alice and an actor token of `front`, which may act for her."""
    world.policy(ways=["delegation"], lists={"actor_clients": [world.front], "actor_users": [world.bob]})
    return world.login_token(), world.client_token()


def actor_refused_but_for(world, token, good, bad, *, reason, client=None, **declared):
    """Refuse a delegation with a bad actor token between two with a good one."""
    world.refused(
        lambda: world.exchange(token, actor_token=good, client=client),
        lambda: world.exchange(token, actor_token=bad, client=client, **declared),
        error="invalid_request",
        reason=reason,
    )


def test_tx_034_actor_token_is_genuine(world, delegation):
    """An actor token with one changed character is refused."""
    token, actor_token = delegation
    actor_refused_but_for(world, token, actor_token, flipped(actor_token), reason="token_unknown")


@pytest.mark.parametrize("declared", [ID_TOKEN, REFRESH_TOKEN, JWT, "urn:example:x"])
def test_tx_034_actor_token_is_validated_by_its_declared_type(world, delegation, declared):
    """A valid actor token declared as anything else is refused."""
    token, actor_token = delegation
    reason = "jwt_malformed" if declared == JWT else "token_type_unsupported"
    actor_refused_but_for(world, token, actor_token, actor_token, actor_token_type=declared, reason=reason)


def test_tx_034_actor_token_has_not_expired(world, delegation):
    """An expired actor token is refused."""
    with time_machine.travel(timezone.now() + timedelta(hours=9), tick=False):
        token, fresh = world.login_token(), world.client_token()
        assert world.exchange(token, actor_token=delegation[1]).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(hours=11), tick=False):
        actor_refused_but_for(world, token, fresh, delegation[1], reason="token_expired")


def test_tx_034_actor_token_revoked(world, delegation):
    """An actor token revoked at the revocation endpoint is refused."""
    token, actor_token = delegation
    revoked = world.client_token()
    assert world.exchange(token, actor_token=revoked).status_code == 200
    world.revoke(revoked, client=world.front)
    actor_refused_but_for(world, token, actor_token, revoked, reason="token_unknown")


def test_tx_034_actor_inactive(world):
    """The actor token of a user who is not active is refused."""
    carol = world.user("carol")
    desk = world.client("desk", grant="authorization-code")
    world.policy(client=desk, ways=["delegation"], lists={"actor_users": [world.bob, carol]})
    token = world.login_token()
    bobs, carols = (world.login_token(user, client=desk) for user in (world.bob, carol))
    assert world.exchange(token, actor_token=bobs, client=desk).status_code == 200
    world.bob.is_active = False
    world.bob.save()
    actor_refused_but_for(world, token, carols, bobs, client=desk, reason="actor_inactive")


def test_tx_034_actor_token_of_another_client(world, delegation):
    """An actor token that was issued to another client is refused."""
    token, actor_token = delegation
    agents = world.client_token(world.agent)
    actor_refused_but_for(world, token, actor_token, agents, reason="not_permitted_by_any_policy")
