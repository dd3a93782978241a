"""INV-12: a client cannot remove or change the actors of a token by what it sends or leaves out."""

from __future__ import annotations

import json

import pytest

from tests.worlds.help_desk import HelpDesk, value_of
from tests.worlds.world import exchange_form
from token_exchange.sts.vocabulary import ACCESS_TOKEN

NOT_PERMITTED = "not_permitted_by_any_policy"
WITHOUT_ACTOR = ["same_subject", "without_actor"]


class Laundry:
    """A client that tries to get a token of Alice without Bob, who acts in it."""

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
        """Return the `sub` of every actor in the issued token, the outermost first."""
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
    """A delegated token is refused without an actor token, even if the policy allows exchanges without an actor."""
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
    """Under a policy that allows both, the client becomes the actor of a delegated token and the chain is kept."""
    laundry.policy.ways = ["client_acts", *WITHOUT_ACTOR]
    laundry.policy.save()
    assert laundry.actors(laundry.trade()) == ["client:laundry", str(world.bob.pk)]


def test_inv_12_an_earlier_policy_without_an_actor(world, laundry):
    """An earlier policy without an actor is passed over; the next policy keeps the chain."""
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
def test_inv_12_no_other_parameter_removes_the_actor(world, laundry, variation):
    """No other parameter of the request makes a delegated token lose its actors."""
    carols = world.login_token(laundry.carol, client=laundry.client)
    world.refused(
        lambda: laundry.trade(actor_token=carols, **variation),
        lambda: laundry.trade(**variation),
        error="invalid_request",
        reason=NOT_PERMITTED,
    )


@pytest.mark.parametrize("side", ["actor", "both"])
def test_inv_12_a_delegated_token_as_actor_token(world, laundry, side):
    """A delegated token is refused as actor token, also beside itself as subject token."""
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
    """Parameters named like claims change neither the actor nor the subject."""
    laundry.policy.ways = ["client_acts"]
    laundry.policy.save()
    carol = str(laundry.carol.pk)
    for sent in (carol, json.dumps({"sub": carol}), "", "null"):
        answer = laundry.trade(**{name: sent})
        told = world.introspect(value_of(answer), client=laundry.client)
        assert (told["sub"], told["client_id"]) == (str(world.alice.pk), "laundry")
        assert "may_act" not in told
        assert laundry.actors(answer) == ["client:laundry", str(world.bob.pk)]


def test_inv_12_its_own_token_exchanged_again(world, laundry):
    """A client that acts in a token gets another one in which it acts too."""
    laundry.policy.ways = ["client_acts", *WITHOUT_ACTOR]
    laundry.policy.save()
    token = value_of(laundry.trade())
    for _ in range(3):
        answer = laundry.trade(token)
        assert laundry.actors(answer) == ["client:laundry", str(world.bob.pk)]
        token = value_of(answer)
