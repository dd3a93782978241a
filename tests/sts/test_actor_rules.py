"""Test each rule about the actor alone: what passes and what fails."""

from __future__ import annotations

import pytest

from tests.sts.samples import (
    ALICE,
    BOB,
    answer,
    delegation,
    exchange,
    policy,
    token,
)
from token_exchange.sts import actor_rules
from token_exchange.sts.delegation import MAX_CHAIN_BYTES, size
from token_exchange.sts.parties import Party, client_party, user_party
from token_exchange.sts.policy import People, Way


def actors(*names):
    """Return a chain of clients, the current one first."""
    return tuple(client_party(name) for name in names)


@pytest.mark.parametrize(
    ("way", "facts"),
    [
        (Way.CLIENT_ACTS, exchange()),
        (Way.DELEGATION, exchange(actor_token=token(None, client_id="front"))),
        (Way.SAME_SUBJECT, exchange(token(client_id="front"))),
        (Way.WITHOUT_ACTOR, exchange()),
    ],
)
def test_way_is_one_that_the_policy_lists(way, facts):
    """The way of acting must be listed; none is allowed by default."""
    assert answer(actor_rules.way, facts, policy(ways=frozenset({way})))
    assert not answer(actor_rules.way, facts, policy(ways=frozenset()))


@pytest.mark.parametrize("way", [Way.DELEGATION, Way.SAME_SUBJECT])
def test_way_is_no_other_that_the_policy_lists(way):
    """Another listed way of acting does not allow this one."""
    assert not answer(actor_rules.way, exchange(), policy(ways=frozenset({way})))


@pytest.mark.parametrize("carried", [{"chain": actors("agent")}, {"may_act": client_party("front")}])
@pytest.mark.parametrize("way", [Way.SAME_SUBJECT, Way.WITHOUT_ACTOR])
def test_way_never_washes_actors_off(carried, way):
    """A token with `act` or `may_act` is never exchanged for one without an actor."""
    client_id = "front" if way is Way.SAME_SUBJECT else "spa"
    facts = exchange(token(client_id=client_id, **carried))
    assert not answer(actor_rules.way, facts, policy(ways=frozenset({way})))


@pytest.mark.parametrize(("way", "passes"), [(Way.WITHOUT_ACTOR, False), (Way.CLIENT_ACTS, True)])
def test_way_never_impersonates_twice(way, passes):
    """A token that was obtained without an actor is not exchanged without an actor again."""
    facts = exchange(token(is_without_actor=True))
    assert answer(actor_rules.way, facts, policy(ways=frozenset({way}))) is passes


def test_actor_binding_wants_the_callers_own_plain_token():
    """An actor token must be issued to the caller and have no chain of its own."""
    local = token(BOB, client_id="front")
    assert answer(actor_rules.actor_binding, exchange(), delegation())
    assert answer(actor_rules.actor_binding, exchange(actor_token=local), delegation())
    borrowed, chained = token(BOB, client_id="spa"), token(BOB, client_id="front", chain=actors("agent"))
    unknown, impersonated = token(BOB, client_id=None), token(BOB, client_id="front", is_without_actor=True)
    for actor_token in (borrowed, chained, unknown, impersonated):
        assert not answer(actor_rules.actor_binding, exchange(actor_token=actor_token), delegation())


@pytest.mark.parametrize(
    ("account", "named", "passes"),
    [
        (BOB, People(users=frozenset({BOB.key})), True),
        (BOB, People(groups=frozenset({5})), True),
        (BOB, People(users=frozenset({ALICE.key}), clients=frozenset({"front"})), False),
        (None, People(clients=frozenset({"front"})), True),
        (None, People(users=frozenset({"front"})), False),
        (BOB, People(), False),
    ],
)
def test_actor_is_named_by_the_policy(account, named, passes):
    """A policy names an actor as a user, by a group or as a client; a user of a named client is not the client."""
    facts = exchange(actor_token=token(account, client_id="front"))
    assert answer(actor_rules.actor, facts, delegation(actors=named)) is passes


def test_actor_is_never_the_subject():
    """No party acts for itself."""
    facts = exchange(token(BOB), actor_token=token(BOB, client_id="front"))
    assert not answer(actor_rules.actor, facts, delegation())


def test_actor_is_not_asked_where_there_is_none():
    """Without an actor token the list of actors does not matter."""
    assert answer(actor_rules.actor, exchange(), policy(actors=People()))


@pytest.mark.parametrize(
    ("named", "passes"),
    [
        (client_party("front"), True),
        (client_party("agent"), False),
        (user_party("front"), False),
        (Party("https://idp.example", "client:front"), False),
    ],
)
def test_may_act_names_who_acts(named, passes):
    """The actor must match issuer and subject of `may_act` (RFC 8693 §4.4)."""
    assert answer(actor_rules.may_act, exchange(token(may_act=named)), policy()) is passes


def test_may_act_is_not_met_without_an_actor():
    """A token with `may_act` cannot be exchanged without an actor."""
    facts = exchange(token(may_act=client_party("front")))
    assert not answer(actor_rules.may_act, facts, policy(ways=frozenset({Way.WITHOUT_ACTOR})))


@pytest.mark.parametrize(
    ("chain", "longest", "passes"),
    [
        ((), 1, True),
        ((), 0, False),
        (actors("one"), 1, False),
        (actors("one"), 2, True),
        (actors("one", "two", "three"), 4, True),
        (actors("one", "two", "three", "four"), 9, False),
        (actors("front"), 1, True),
        (actors("one", "front"), 4, False),
        ((user_party(ALICE.key),), 4, False),
    ],
)
def test_chain_is_short_and_without_loops(chain, longest, passes):
    """The extended chain keeps within both limits, and contains neither a party twice nor the subject."""
    assert answer(actor_rules.chain, exchange(token(chain=chain)), policy(max_chain_depth=longest)) is passes


@pytest.mark.parametrize(("more", "passes"), [("", True), ("a", False)])
def test_chain_is_measured_as_it_is_kept(more, passes):
    """Bytes are counted in the stored form, where é takes six, up to the limit."""
    room = MAX_CHAIN_BYTES - size(actors("front", "é"))
    facts = exchange(token(chain=actors("é" + "a" * room + more)))
    assert answer(actor_rules.chain, facts, policy(max_chain_depth=4)) is passes
