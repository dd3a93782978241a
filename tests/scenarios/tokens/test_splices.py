"""INV-13: a subject token and an actor token that belong to different clients or policies are refused together."""

from __future__ import annotations

from itertools import product

import pytest

from tests.worlds.help_desk import HelpDesk

ISSUED_TO = ["caller", "other desk", "spa"]


@pytest.fixture
def desks(world):
    """Create two help desks with the same permission and the same staff."""
    caller = HelpDesk(world)
    caller.policy.issued_to.set([world.spa])
    other = world.client("other-desk", grant="authorization-code")
    world.policy(client=other, ways=["delegation"], lists={"actor_users": [world.bob]})
    return {"caller": caller.client, "other desk": other, "spa": world.spa}


@pytest.mark.parametrize(("subject_of", "actor_of", "actor"), [*product(ISSUED_TO, ISSUED_TO, ["bob", "alice"])])
def test_inv_13_every_splice(world, desks, subject_of, actor_of, actor):
    """Of all pairs of valid tokens only those with a named actor and the caller's own tokens are accepted."""
    carol, acting = world.user("carol"), getattr(world, actor)
    subject_token = world.login_token(carol, client=desks[subject_of])
    actor_token = world.login_token(acting, client=desks[actor_of])
    meant = subject_of in ("caller", "spa") and actor_of == "caller" and actor == "bob"

    def spliced():
        return world.exchange(subject_token, client=desks["caller"], actor_token=actor_token)

    if meant:
        assert spliced().status_code == 200
        return
    good = world.login_token(carol), world.login_token(world.bob, client=desks["caller"])
    world.refused(
        lambda: world.exchange(good[0], client=desks["caller"], actor_token=good[1]),
        spliced,
        error="invalid_request",
        reason="not_permitted_by_any_policy",
    )


@pytest.mark.parametrize("username", ["front", "client:front"])
def test_inv_13_a_user_named_like_a_client(world, username):
    """A policy that names a client as actor does not cover a user of that name."""
    desk = HelpDesk(world)
    desk.policy.actor_clients.set([world.front])
    subject_token, namesakes = desk.subject_token(), desk.actor_token(world.user(username))
    world.refused(
        lambda: desk.exchange(subject_token),
        lambda: desk.exchange(subject_token, namesakes),
        error="invalid_request",
        reason="not_permitted_by_any_policy",
    )


def test_inv_13_a_client_numbered_like_a_user(world):
    """A policy that names a user as actor does not cover a client whose id is that user's key."""
    desk, namesake = HelpDesk(world), world.client(str(world.bob.pk))
    world.policy(client=namesake, ways=["delegation"], lists={"actor_users": [world.bob]})
    subject_token, actor_token = desk.subject_token(), world.client_token(namesake)
    world.refused(
        lambda: desk.exchange(subject_token),
        lambda: world.exchange(subject_token, client=namesake, actor_token=actor_token),
        error="invalid_request",
        reason="not_permitted_by_any_policy",
    )
