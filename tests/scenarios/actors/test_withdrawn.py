"""Section F: a delegated token is not exchanged further after its policy or its actor is gone."""

from __future__ import annotations

import pytest
from oauth2_provider.models import get_application_model

from tests.worlds.help_desk import HelpDesk, value_of


def test_f34_the_first_permission_withdrawn(world):
    """After the policy of one exchange is disabled, no token of its lineage can be exchanged further."""
    hops = [world.client(name) for name in ("first", "second", "third")]
    first, *_ = [
        world.policy(client=client, issued_to=[world.spa, world.agent, *hops], max_chain_depth=4)
        for client in (*hops, world.agent)
    ]

    def relayed(start):
        one = value_of(world.exchange(world.login_token(), client=start))
        return one, value_of(world.exchange(one, client=hops[1]))

    (good, good_after), (bad, bad_after) = relayed(world.agent), relayed(hops[0])
    first.enabled = False
    first.save()
    world.refused(
        lambda: world.exchange(good, client=hops[1]),
        lambda: world.exchange(bad, client=hops[1]),
        error="invalid_request",
        reason="no_longer_granted",
    )
    world.refused(
        lambda: world.exchange(good_after, client=hops[2]),
        lambda: world.exchange(bad_after, client=hops[2]),
        error="invalid_request",
        reason="ancestor_revoked",
    )
    assert world.introspect(good_after, client=hops[1])["active"]
    assert world.introspect(bad_after, client=hops[1]) == {"active": False}


@pytest.mark.parametrize(
    ("gone", "reason"),
    [("disabled", "actor_inactive"), ("deleted", "token_unknown"), ("logged out", "token_unknown")],
)
def test_f41_the_actor_has_gone(world, gone, reason):
    """A delegated token is not exchanged after its actor was deactivated, deleted or logged out."""
    desk, carol = HelpDesk(world), world.user("carol")
    desk.policy.actor_users.add(carol)
    desk.onward_policy()
    carols = desk.actor_token(carol)
    good, bad = desk.token(), desk.token(actor_token=carols)
    assert desk.onward(bad).status_code == 200
    match gone:
        case "disabled":
            carol.is_active = False
            carol.save()
        case "deleted":
            carol.delete()
        case "logged out":
            world.revoke(carols, client=desk.client)
    world.refused(
        lambda: desk.onward(good),
        lambda: desk.onward(bad),
        error="invalid_request",
        reason=reason,
    )


@pytest.mark.parametrize("gone", ["deleted", "unusable"])
def test_f41_the_client_that_it_is_about_has_gone(world, monkeypatch, gone):
    """A token whose subject is a client ends with that client, also if its policy does not revoke it with parents."""
    other = world.client("other")
    clients = {"subject_kind": "clients", "issued_to": [world.agent, other, world.front]}
    world.policy(ways=["without_actor"], revoked_with_parents=False, **clients)
    world.policy(client=world.back, targets=[world.other_target], scopes=["read"], **clients)
    good, bad = (world.issued(world.client_token(client)) for client in (other, world.agent))
    assert world.introspect(bad)["sub"] == "client:agent"
    if gone == "deleted":
        world.agent.delete()
    else:
        application = get_application_model()
        monkeypatch.setattr(application, "is_usable", lambda self, request: self.client_id != "agent")
    world.refused_but_for(good, bad, client=world.back, reason="subject_inactive")
    assert world.introspect(good)["active"]
    assert world.introspect(bad) == {"active": False}
