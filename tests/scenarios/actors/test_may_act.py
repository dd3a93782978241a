"""Section F: `may_act` names the only party that may become the next actor."""

from __future__ import annotations

import pytest

from tests.worlds.help_desk import value_of
from token_exchange.models import ExchangedToken
from token_exchange.toolkit.compat import fingerprint_of

NOT_PERMITTED = "not_permitted_by_any_policy"


@pytest.fixture
def named(world):
    """Return a function that makes tokens of Alice whose `may_act` names `back`, or the given party.

    Each party is named by a policy of its own: a policy that names another party ends the tokens that it allowed.
    """
    clients = {}

    def token(may_act=None):
        party = may_act or world.back
        if party not in clients:
            clients[party] = world.client(f"front-for-{party.client_id}")
            world.policy(client=clients[party], ways=["without_actor"], may_act=party)
        return value_of(world.exchange(world.login_token(), client=clients[party]))

    return token


@pytest.fixture
def onward(world):
    """Return the policy by which `back` becomes the actor of the tokens that it receives."""
    fields = {"client": world.back, "targets": [world.other_target], "scopes": ["read"]}
    return world.policy(**fields, ways=["client_acts", "delegation"], lists={"actor_clients": [world.back]})


def with_actor(world, token):
    return world.exchange(token, client=world.back, actor_token=world.client_token(world.back))


def test_f17_may_act_names_the_actor(world, named, onward):
    """The party that `may_act` names can act, with an actor token or as the calling client."""
    token = named()
    for answer in (with_actor(world, token), world.exchange(token, client=world.back)):
        told = world.introspect(value_of(answer), client=world.back)
        assert told["sub"] == str(world.alice.pk)
        assert told["act"]["sub"] == "client:back"


def test_f17_may_act_names_another_party(world, named, onward):
    """A party that `may_act` does not name cannot act, although a policy names it."""
    good, bad = named(), named(world.agent)
    world.refused(
        lambda: world.exchange(good, client=world.back),
        lambda: world.exchange(bad, client=world.back),
        error="invalid_request",
        reason=NOT_PERMITTED,
    )


def test_f17_may_act_names_another_than_the_actor_token(world, named, onward):
    """An actor token of a party that `may_act` does not name is refused, although `may_act` names the caller."""
    desk = world.client("desk", grant="authorization-code")
    onward.client = desk
    onward.save()
    onward.actor_users.set([world.bob])
    world.target.owner = desk
    world.target.save()
    token, bobs = named(desk), world.login_token(world.bob, client=desk)
    world.refused(
        lambda: world.exchange(token, client=desk),
        lambda: world.exchange(token, client=desk, actor_token=bobs),
        error="invalid_request",
        reason=NOT_PERMITTED,
    )


MALFORMED = {
    "a string": "client:back",
    "an array": [{"sub": "client:back"}],
    "no sub": {},
    "only an issuer": {"iss": "https://elsewhere.example"},
    "a number for a sub": {"sub": 1},
    "an empty sub": {"sub": ""},
    "a blank sub": {"sub": " "},
    "a null sub": {"sub": None},
    "an empty issuer": {"iss": "", "sub": "client:back"},
    "a null issuer": {"iss": None, "sub": "client:back"},
    "false": False,
    "zero": 0,
}


@pytest.mark.parametrize("claim", MALFORMED.values(), ids=MALFORMED)
def test_f19_malformed_may_act(world, named, onward, claim):
    """An exchange of a token with a malformed `may_act` is refused; the claim is never treated as absent."""
    good, bad = named(), named()
    ExchangedToken.objects.filter(fingerprint=fingerprint_of(bad)).update(may_act=claim)
    world.refused(
        lambda: world.exchange(good, client=world.back),
        lambda: world.exchange(bad, client=world.back),
        error="invalid_request",
        reason="chain_malformed",
    )


def test_f17_may_act_of_another_issuer(world, named, onward):
    """A party of another issuer is not the named party, even with the same `sub`."""
    good, bad = named(), named()
    foreign = {"iss": "https://elsewhere.example", "sub": "client:back"}
    ExchangedToken.objects.filter(fingerprint=fingerprint_of(bad)).update(may_act=foreign)
    world.refused(
        lambda: world.exchange(good, client=world.back),
        lambda: world.exchange(bad, client=world.back),
        error="invalid_request",
        reason=NOT_PERMITTED,
    )


@pytest.mark.parametrize("ways", [["without_actor"], ["same_subject", "without_actor"]])
def test_f20_may_act_without_an_actor(world, named, ways):
    """A token with `may_act` is not exchanged for one without an actor, even under a policy that allows that."""
    world.policy(client=world.agent, ways=ways)
    plain, token = world.login_token(), named(world.agent)
    world.refused(
        lambda: world.exchange(plain, client=world.agent),
        lambda: world.exchange(token, client=world.agent),
        error="invalid_request",
        reason=NOT_PERMITTED,
    )


def test_f35_a_delegated_token_has_no_may_act(world):
    """A token with an actor gets no `may_act`, although its policy would add one."""
    policy = world.policy(ways=["client_acts"], may_act=world.back)
    told = world.introspect(value_of(world.exchange(world.login_token())))
    assert told["act"]["sub"] == "client:front"
    assert "may_act" not in told
    policy.ways = ["without_actor"]
    policy.save()
    assert world.introspect(value_of(world.exchange(world.login_token())))["may_act"]["sub"] == "client:back"


def test_f35_may_act_is_used_up(world, named, onward):
    """The token that the named party obtains has no `may_act`."""
    told = world.introspect(value_of(world.exchange(named(), client=world.back)), client=world.back)
    assert "may_act" not in told


def test_f36_act_and_may_act_at_once(world, named, onward):
    """A token with both `act` and `may_act` is refused."""
    good, bad = named(), named()
    ExchangedToken.objects.filter(fingerprint=fingerprint_of(bad)).update(act={"sub": "client:back"})
    world.refused(
        lambda: world.exchange(good, client=world.back),
        lambda: world.exchange(bad, client=world.back),
        error="invalid_request",
        reason="chain_malformed",
    )
