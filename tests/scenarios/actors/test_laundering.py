"""INV-12: who acts is written by the server alone, and nothing that a client sends or leaves out washes it off."""

from __future__ import annotations

import json

import pytest

from tests.worlds.help_desk import HelpDesk, value_of
from tests.worlds.world import exchange_form
from token_exchange.sts.vocabulary import ACCESS_TOKEN

NOT_PERMITTED = "not_permitted_by_any_policy"
WITHOUT_ACTOR = ["same_subject", "without_actor"]


class Laundry:
    """A client that would like to have Alice's token without a trace of Bob, who acts in it."""

    def __init__(self, world):
        self.world = world
        self.desk = HelpDesk(world)
        self.client = world.client("laundry", grant="authorization-code")
        self.policy = world.policy(
            client=self.client,
            ways=["delegation", *WITHOUT_ACTOR],
            issued_to=[world.spa, self.desk.client],
            lists={"actor_users": [world.user("carol")]},
            max_chain_depth=4,
        )
        self.carol = self.policy.actor_users.get()
        self.delegated = self.desk.token()

    def trade(self, token=None, **parameters):
        return self.world.post(exchange_form(token or self.delegated, **parameters), client=self.client)

    def actors(self, answer):
        """The `sub` of every actor in the issued token, outermost first."""
        act = self.world.introspect(value_of(answer), client=self.client).get("act")
        found = []
        while act:
            found.append(act["sub"])
            act = act.get("act")
        return found


@pytest.fixture
def laundry(world):
    return Laundry(world)


def test_inv_12_the_actor_token_left_out(world, laundry):
    """Leaving out the actor token chooses no other way: a policy that impersonates does not wash a chain off."""
    carols = world.login_token(laundry.carol, client=laundry.client)
    answer = laundry.trade(actor_token=carols)
    assert laundry.actors(answer) == [str(laundry.carol.pk), str(world.bob.pk)]
    assert laundry.actors(laundry.trade(world.login_token())) == [], "what carries no actor is impersonated"
    world.refused(
        lambda: laundry.trade(actor_token=carols),
        lambda: laundry.trade(),
        error="invalid_request",
        reason=NOT_PERMITTED,
    )


def test_inv_12_the_client_becomes_the_actor(world, laundry):
    """Where a policy lets the client act as well as impersonate, the client acts, on top of who acted before."""
    laundry.policy.ways = ["client_acts", *WITHOUT_ACTOR]
    laundry.policy.save()
    assert laundry.actors(laundry.trade()) == ["client:laundry", str(world.bob.pk)]


def test_inv_12_an_earlier_policy_that_impersonates(world, laundry):
    """A policy without actors that comes first is passed over, and the chain is kept by the next."""
    laundry.policy.ways, laundry.policy.position = WITHOUT_ACTOR, 0
    laundry.policy.save()
    issuers = [world.spa, laundry.desk.client]
    world.policy(client=laundry.client, position=1, issued_to=issuers, max_chain_depth=2)
    assert laundry.actors(laundry.trade()) == ["client:laundry", str(world.bob.pk)]
    assert laundry.actors(laundry.trade(world.login_token())) == []


VARIATIONS = {
    "another token type asked": {"requested_token_type": ACCESS_TOKEN},
    "fewer scopes": {"scope": "read"},
    "the same audience": {"audience": "back-api"},
    "its resource": {"resource": "https://back-api.example/"},
}


@pytest.mark.parametrize("variation", VARIATIONS.values(), ids=VARIATIONS)
def test_inv_12_whatever_else_is_asked(world, laundry, variation):
    """No other parameter takes a delegated token off the way of delegation."""
    carols = world.login_token(laundry.carol, client=laundry.client)
    world.refused(
        lambda: laundry.trade(actor_token=carols, **variation),
        lambda: laundry.trade(**variation),
        error="invalid_request",
        reason=NOT_PERMITTED,
    )


@pytest.mark.parametrize("side", ["actor", "both"])
def test_inv_12_a_delegated_token_as_actor_token(world, laundry, side):
    """A delegated token is no actor token either, not even for itself."""
    desk = laundry.desk
    desk.policy.actor_users.add(world.alice)
    subject_token = laundry.delegated if side == "both" else desk.subject_token()
    world.refused(
        lambda: desk.exchange(),
        lambda: desk.exchange(subject_token, laundry.delegated),
        error="invalid_request",
        reason=NOT_PERMITTED,
    )


SENT = ["act", "may_act", "actor", "sub", "subject", "chain", "claims", "user", "client", "username", "exchange"]


@pytest.mark.parametrize("name", SENT)
def test_inv_12_nothing_in_the_request_names_a_party(world, laundry, name):
    """A parameter named like a claim is no claim: it changes neither who acts nor for whom."""
    laundry.policy.ways = ["client_acts"]
    laundry.policy.save()
    carol = str(laundry.carol.pk)
    for sent in (carol, json.dumps({"sub": carol}), "", "null"):
        answer = laundry.trade(**{name: sent})
        told = world.introspect(value_of(answer), client=laundry.client)
        assert (told["sub"], told["client_id"]) == (str(world.alice.pk), "laundry")
        assert "may_act" not in told
        assert laundry.actors(answer) == ["client:laundry", str(world.bob.pk)]


def test_inv_12_its_own_token_traded_again(world, laundry):
    """A client that acts in a token already trades it for another that says so too."""
    laundry.policy.ways = ["client_acts", *WITHOUT_ACTOR]
    laundry.policy.save()
    token = value_of(laundry.trade())
    for _ in range(3):
        answer = laundry.trade(token)
        assert laundry.actors(answer) == ["client:laundry", str(world.bob.pk)]
        token = value_of(answer)
