"""Test the proposed token: it exceeds none of the inputs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.sts.samples import (
    ALICE,
    BACK_API,
    BOB,
    EXTERNAL,
    FRONT,
    INVOICES,
    NOW,
    asked,
    delegation,
    exchange,
    policy,
    token,
)
from token_exchange.sts.parties import client_party, user_party
from token_exchange.sts.policy import Way
from token_exchange.sts.proposal import propose
from token_exchange.sts.vocabulary import ACCESS_TOKEN, JWT, REFRESH_TOKEN

EVERY_WAY = policy(ways=frozenset(Way))
NO_CLIENT_ACTS = policy(ways=frozenset(set(Way) - {Way.CLIENT_ACTS}))


@pytest.mark.parametrize(
    ("facts", "rules", "way", "actor"),
    [
        (exchange(), EVERY_WAY, Way.CLIENT_ACTS, FRONT.party),
        (exchange(token(client_id="front")), EVERY_WAY, Way.CLIENT_ACTS, FRONT.party),
        (exchange(), NO_CLIENT_ACTS, Way.WITHOUT_ACTOR, None),
        (exchange(token(client_id="front")), NO_CLIENT_ACTS, Way.SAME_SUBJECT, None),
        (exchange(token(None, client_id="front")), EVERY_WAY, Way.SAME_SUBJECT, None),
        (exchange(token(client_id=None, issuer=EXTERNAL)), NO_CLIENT_ACTS, Way.SAME_SUBJECT, None),
        (exchange(actor_token=token(BOB)), EVERY_WAY, Way.DELEGATION, user_party(BOB.key)),
        (exchange(actor_token=token(BOB)), policy(ways=frozenset()), Way.DELEGATION, user_party(BOB.key)),
    ],
)
def test_the_way_follows_from_who_is_there(facts, rules, way, actor):
    """An actor token means delegation; otherwise the client acts if the policy allows, but never for itself."""
    proposal = propose(facts, rules)
    assert (proposal.way, proposal.actor) == (way, actor)


def test_the_newest_actor_stands_in_front():
    """A new actor is added at the head of the chain, and the rest is unchanged (RFC 8693 §4.1)."""
    before = (client_party("agent"), user_party(BOB.key))
    proposal = propose(exchange(token(chain=before)), policy())
    assert proposal.chain == (FRONT.party, *before)


def test_the_current_actor_is_not_added_again():
    """A client that is already the current actor leaves the chain unchanged."""
    before = (FRONT.party, client_party("agent"))
    assert propose(exchange(token(chain=before)), policy()).chain == before


def test_a_return_to_the_chain_stays_visible():
    """An actor further down is added again, so that the rule about the chain refuses the loop."""
    before = (client_party("agent"), FRONT.party)
    assert propose(exchange(token(chain=before)), policy()).chain == (FRONT.party, *before)


def test_without_actor_the_chain_is_the_subjects():
    """Without a new actor the chain is unchanged."""
    before = (client_party("agent"),)
    assert propose(exchange(token(chain=before)), policy(ways=frozenset())).chain == before


def test_the_only_target_is_taken_where_none_is_asked():
    """Without a requested target the policy's only target is taken, and none of several."""
    nothing = exchange(requested_targets=())
    assert propose(nothing, policy(targets=(INVOICES,))).targets == (asked(INVOICES),)
    assert propose(nothing, policy(targets=(INVOICES, BACK_API))).targets == ()
    assert propose(nothing, policy(targets=())).targets == ()


def test_the_targets_asked_are_kept_as_asked():
    """A requested resource URI leads to that one alone."""
    part = asked(INVOICES, "https://invoices.example/b")
    assert propose(exchange(requested_targets=(part,)), policy(targets=(INVOICES,))).targets == (part,)


@pytest.mark.parametrize(
    ("facts", "rules", "available"),
    [
        (exchange(), policy(), {"read", "write"}),
        (exchange(token(scopes=frozenset({"read"}))), policy(), {"read"}),
        (exchange(), policy(scopes=frozenset({"write", "admin"})), {"write"}),
        (exchange(client_scopes=frozenset({"write"})), policy(), {"write"}),
        (exchange(requested_targets=(asked(BACK_API), asked(INVOICES))), policy(), {"read"}),
        (exchange(requested_targets=()), policy(targets=(INVOICES,)), {"read"}),
        (exchange(actor_token=token(BOB, scopes=frozenset({"read"}))), delegation(), {"read"}),
        (
            exchange(actor_token=token(BOB, scopes=frozenset({"read"}))),
            delegation(limited_to_actor_scopes=False),
            {"read", "write"},
        ),
    ],
)
def test_available_is_what_everyone_has(facts, rules, available):
    """Subject, policy, client, every target and, if the policy says so, the actor limit the scopes."""
    proposal = propose(facts, rules)
    assert proposal.available_scopes == available
    assert proposal.scopes == available


def test_what_is_asked_limits_what_is_granted_not_what_is_available():
    """A requested scope limits the granted scopes, not the available ones."""
    proposal = propose(exchange(requested_scopes=frozenset({"read", "admin"})), policy())
    assert (proposal.scopes, proposal.available_scopes) == ({"read"}, {"read", "write"})


def test_the_type_is_the_one_asked_or_an_access_token():
    """Without a requested type an access token is issued if the policy lists it, and never a refresh token."""
    both = policy(issued_token_types=(JWT, ACCESS_TOKEN))
    assert propose(exchange(), both).token_type == ACCESS_TOKEN
    assert propose(exchange(requested_token_type=JWT), both).token_type == JWT
    assert propose(exchange(), policy(issued_token_types=(REFRESH_TOKEN, JWT))).token_type == JWT
    assert propose(exchange(), policy(issued_token_types=(REFRESH_TOKEN,))).token_type is None
    assert propose(exchange(), policy(issued_token_types=())).token_type is None


@pytest.mark.parametrize(
    ("facts", "rules", "lifetime"),
    [
        (exchange(), policy(), 300),
        (exchange(), policy(max_lifetime=60), 60),
        (exchange(token(expires=NOW + 59.9)), policy(), 59),
        (exchange(actor_token=token(BOB, expires=NOW + 30)), delegation(), 30),
        (exchange(), policy(ends=NOW + 20), 20),
        (exchange(token(expires=NOW - 10.5)), policy(), -11),
    ],
)
def test_the_lifetime_is_the_shortest(facts, rules, lifetime):
    """Subject, actor, policy and its end each limit the lifetime, in whole seconds."""
    assert propose(facts, rules).lifetime == lifetime


@pytest.mark.parametrize(("cap", "lifetime"), [(None, 300), (45, 45), (600, 300), (0, 0)])
def test_every_target_caps_the_lifetime(cap, lifetime):
    """The longest lifetime of a target limits the token, even if it is 0."""
    targets = (asked(INVOICES), asked(replace(BACK_API, max_lifetime=cap)))
    assert propose(exchange(requested_targets=targets), policy()).lifetime == lifetime


def test_the_subject_never_acts():
    """The proposal of a client for itself names no actor, whatever the policy lists."""
    assert propose(exchange(token(None, client_id="front")), policy()).actor is None
    assert propose(exchange(token(ALICE)), policy()).actor is not None
