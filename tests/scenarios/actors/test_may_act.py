"""Section F: `may_act`, which names who alone may act next."""

from __future__ import annotations

import pytest

from tests.worlds.help_desk import value_of
from token_exchange.models import ExchangedToken
from token_exchange.toolkit.compat import fingerprint_of

NOT_PERMITTED = "not_permitted_by_any_policy"


@pytest.fixture
def named(world):
    """Makes tokens for Alice that `back` alone, or whoever is given, may use as an actor."""
    issues = world.policy(ways=["without_actor"], may_act=world.back)

    def token(may_act=None):
        issues.may_act = may_act or world.back
        issues.save()
        return value_of(world.exchange(world.login_token()))

    return token


@pytest.fixture
def onward(world):
    """The policy by which `back` acts with what it receives; other ways are for the tests to add."""
    fields = {"client": world.back, "targets": [world.other_target], "scopes": ["read"]}
    return world.policy(**fields, ways=["client_acts", "delegation"], lists={"actor_clients": [world.back]})


def with_actor(world, token):
    return world.exchange(token, client=world.back, actor_token=world.client_token(world.back))


def test_f17_may_act_names_the_actor(world, named, onward):
    """The one whom `may_act` names acts, with an actor token or as the calling client."""
    token = named()
    for answer in (with_actor(world, token), world.exchange(token, client=world.back)):
        told = world.introspect(value_of(answer), client=world.back)
        assert told["sub"] == str(world.alice.pk)
        assert told["act"]["sub"] == "client:back"


def test_f17_may_act_names_somebody_else(world, named, onward):
    """Whoever `may_act` does not name does not act, though a policy names him."""
    good, bad = named(), named(world.agent)
    world.refused(
        lambda: world.exchange(good, client=world.back),
        lambda: world.exchange(bad, client=world.back),
        error="invalid_request",
        reason=NOT_PERMITTED,
    )


def test_f17_may_act_names_another_than_the_actor_token(world, named, onward):
    """An actor token of somebody whom `may_act` does not name is refused, though the caller is named."""
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
    """A `may_act` that does not say whom refuses the exchange; it is never treated as absent."""
    good, bad = named(), named()
    ExchangedToken.objects.filter(fingerprint=fingerprint_of(bad)).update(may_act=claim)
    world.refused(
        lambda: world.exchange(good, client=world.back),
        lambda: world.exchange(bad, client=world.back),
        error="invalid_request",
        reason="chain_malformed",
    )


def test_f17_may_act_of_another_issuer(world, named, onward):
    """A party of another issuer is another party, whatever its `sub`."""
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
def test_f20_may_act_and_nobody_acts(world, named, ways):
    """A token with `may_act` is not traded for one without an actor, though a policy impersonates."""
    world.policy(client=world.agent, ways=ways)
    plain, token = world.login_token(), named(world.agent)
    world.refused(
        lambda: world.exchange(plain, client=world.agent),
        lambda: world.exchange(token, client=world.agent),
        error="invalid_request",
        reason=NOT_PERMITTED,
    )


def test_f35_a_delegated_token_names_nobody_further(world):
    """A token that has an actor carries no `may_act`, though its policy would add one."""
    policy = world.policy(ways=["client_acts"], may_act=world.back)
    told = world.introspect(value_of(world.exchange(world.login_token())))
    assert told["act"]["sub"] == "client:front"
    assert "may_act" not in told
    policy.ways = ["without_actor"]
    policy.save()
    assert world.introspect(value_of(world.exchange(world.login_token())))["may_act"]["sub"] == "client:back"


def test_f35_may_act_is_used_up(world, named, onward):
    """The token that the named party obtains does not name it again."""
    told = world.introspect(value_of(world.exchange(named(), client=world.back)), client=world.back)
    assert "may_act" not in told


def test_f36_act_and_may_act_at_once(world, named, onward):
    """A token with both claims is nobody's honest token."""
    good, bad = named(), named()
    ExchangedToken.objects.filter(fingerprint=fingerprint_of(bad)).update(act={"sub": "client:back"})
    world.refused(
        lambda: world.exchange(good, client=world.back),
        lambda: world.exchange(bad, client=world.back),
        error="invalid_request",
        reason="chain_malformed",
    )
