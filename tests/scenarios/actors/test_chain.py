"""Section F: a chain of actors grows with each delegation, within limits."""

from __future__ import annotations

import pytest

from tests.worlds.help_desk import HelpDesk, value_of
from token_exchange.models import ExchangedToken
from token_exchange.sts.delegation import MAX_CHAIN_DEPTH
from token_exchange.toolkit.compat import fingerprint_of

NOT_PERMITTED = "not_permitted_by_any_policy"


def actors(act):
    """Return the `sub` of every actor, the outermost first."""
    return [] if act is None else [act["sub"], *actors(act.get("act"))]


@pytest.mark.parametrize(
    ("caller", "reason"), [(0, "no_longer_granted"), (1, NOT_PERMITTED)], ids=["its actor", "another"]
)
def test_f21_a_token_with_an_actor_is_not_exchanged_without_one(world, relay, caller, reason):
    """A delegated token is not exchanged for one without an actor, not even by its own client."""
    plain, delegated = world.login_token(), relay.token(1)
    policy = relay.policies[caller]
    policy.ways = ["same_subject", "without_actor"]
    policy.save()
    world.refused(
        lambda: relay.hop(caller, plain),
        lambda: relay.hop(caller, delegated),
        error="invalid_request",
        reason=reason,
    )


def test_f26_three_hops(world, relay):
    """After three delegations the newest actor is outermost in `act`, and the subject is unchanged."""
    told = relay.told(2, relay.token(3))
    assert actors(told["act"]) == ["client:hop-2", "client:hop-1", "client:hop-0"]
    assert told["sub"] == str(world.alice.pk)


def test_f26_three_hops_of_a_clients_token(world, relay):
    """A token whose subject is a client keeps this subject after three delegations."""
    for policy in relay.policies:
        policy.subject_kind = "clients"
        policy.save()
        policy.issued_to.add(world.agent)
    token = relay.token(3, world.client_token(world.agent))
    told = relay.told(2, token)
    assert told["sub"] == "client:agent"
    assert told["client_id"] == "hop-2"
    assert "username" not in told


def test_f27_the_longest_chain_of_all(world, relay):
    """A policy cannot allow more actors than the server's limit."""
    token = relay.token(MAX_CHAIN_DEPTH - 1)
    longest = relay.token(MAX_CHAIN_DEPTH)
    assert len(actors(relay.told(MAX_CHAIN_DEPTH - 1, longest)["act"])) == MAX_CHAIN_DEPTH
    world.refused(
        lambda: relay.hop(MAX_CHAIN_DEPTH, token),
        lambda: relay.hop(MAX_CHAIN_DEPTH, longest),
        error="invalid_request",
        reason=NOT_PERMITTED,
    )


def test_f27_the_longest_chain_of_a_policy(world, relay):
    """The limit of a policy counts the actors that the new token would have."""
    relay.policies[2].max_chain_depth = 2
    relay.policies[2].save()
    one, two = relay.token(1), relay.token(2)
    world.refused(
        lambda: relay.hop(2, one),
        lambda: relay.hop(2, two),
        error="invalid_request",
        reason=NOT_PERMITTED,
    )


def test_f28_no_chain_unless_the_policy_says_so(world):
    """A policy with the default limit refuses to add a second actor."""
    world.policy()
    world.policy(client=world.agent)
    plain, delegated = world.login_token(), value_of(world.exchange(world.login_token()))
    world.refused(
        lambda: world.exchange(plain, client=world.agent),
        lambda: world.exchange(delegated, client=world.agent),
        error="invalid_request",
        reason=NOT_PERMITTED,
    )


def test_f29_no_party_is_in_a_chain_twice(world, relay):
    """A party that is already in the chain of actors cannot become the current actor again."""
    one, two = relay.token(1), relay.token(2)
    relay.policies[0].issued_to.set([world.spa, *relay.clients])
    world.refused(
        lambda: relay.hop(0, one),
        lambda: relay.hop(0, two),
        error="invalid_request",
        reason=NOT_PERMITTED,
    )


def test_f29_a_subject_is_not_its_own_actor_at_second_hand(world, relay):
    """The subject of a token cannot become its actor, also after other clients have acted in between."""
    first, second = relay.policies[:2]
    for policy in (first, second):
        policy.subject_kind = "clients"
        policy.save()
        policy.issued_to.set([world.agent, *relay.clients])
    agents = relay.token(1, world.client_token(world.agent))
    owns = relay.token(1, world.client_token(relay.clients[1]))
    world.refused(
        lambda: relay.hop(1, agents),
        lambda: relay.hop(1, owns),
        error="invalid_request",
        reason=NOT_PERMITTED,
    )


def deep(levels):
    """Return a chain of this many actors."""
    return None if levels == 0 else {"sub": f"client:{levels}", "act": deep(levels - 1)}


MALFORMED = {
    "a string": "client:hop-0",
    "an array": [{"sub": "client:hop-0"}],
    "no sub": {},
    "a number for a sub": {"sub": 1},
    "an empty sub": {"sub": ""},
    "a number for an issuer": {"iss": 7, "sub": "client:hop-0"},
    "a string inside": {"sub": "client:hop-0", "act": "client:hop-1"},
    "an empty object inside": {"sub": "client:hop-0", "act": {}},
    "too deep": deep(MAX_CHAIN_DEPTH + 1),
    "much too deep": deep(30),  # MariaDB stores no more than 32 levels
    "huge": {"sub": "x" * 3_000},
}


@pytest.mark.parametrize("claim", MALFORMED.values(), ids=MALFORMED)
def test_f30_a_stored_chain_that_cannot_be_read(world, relay, claim):
    """A token with an unreadable chain is inactive everywhere; it is never treated as a token without an actor."""
    good, bad = relay.token(1), relay.token(1)
    ExchangedToken.objects.filter(fingerprint=fingerprint_of(bad)).update(act=claim)
    world.refused(
        lambda: relay.hop(1, good),
        lambda: relay.hop(1, bad),
        error="invalid_request",
        reason="chain_malformed",
    )
    assert relay.told(0, bad) == {"active": False}


def test_f31_an_actor_with_a_chain_of_its_own(world):
    """A delegated token is refused as actor token: two chains are not merged into one."""
    desk = HelpDesk(world)
    desk.policy.ways = ["delegation", "client_acts"]
    desk.policy.save()
    subject_token, own = desk.subject_token(), desk.actor_token()
    delegated = world.issued(desk.subject_token(world.bob), client=desk.client)
    assert actors(world.introspect(delegated, client=desk.client)["act"]) == ["client:desk"]
    world.refused(
        lambda: desk.exchange(subject_token, own),
        lambda: desk.exchange(subject_token, delegated),
        error="invalid_request",
        reason=NOT_PERMITTED,
    )


def test_f32_identity_and_nothing_else(world, relay):
    """`act` identifies each actor by `iss` and `sub` alone, without lifetime, audience or scope."""
    act = relay.told(1, relay.token(2))["act"]
    assert set(act) == {"iss", "sub", "act"}
    assert set(act["act"]) == {"iss", "sub"}
    assert act["iss"] == act["act"]["iss"] == "https://testserver/o"
