"""Section L: revoking a token revokes its descendants, and no other tokens."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from tests.worlds.help_desk import HelpDesk, value_of
from token_exchange.models import ExchangedToken, ExchangeRecord
from token_exchange.toolkit.compat import fingerprint_of


def revocations():
    return ExchangeRecord.objects.filter(outcome="revoked")


def listed(record):
    """Return fingerprint and client of every token that the record of a revocation lists."""
    return [(token["fingerprint"], token["client"]) for token in record.trace[0]["tokens"]]


def test_l02_revoking_a_token_revokes_what_was_exchanged_from_it(world, relay):
    """Revoking a token revokes the token that was exchanged from it, and the record lists that."""
    tokens = relay.tokens(1)
    assert relay.alive(tokens) == "++"
    assert world.revoke(tokens[0], client=world.spa).status_code == 200
    assert relay.alive(tokens) == "--"
    record = revocations().get()
    assert record.issued_fingerprint == fingerprint_of(tokens[0])
    assert listed(record) == [(fingerprint_of(tokens[1]), "hop-0")]


@pytest.mark.parametrize(("revoked", "left"), [(0, "----"), (1, "+---"), (2, "++--"), (3, "+++-")])
def test_l03_a_line_of_tokens(world, relay, revoked, left):
    """Revoking a token of a lineage revokes all later tokens and none of the earlier ones."""
    tokens = relay.tokens(3)
    owner = [world.spa, *relay.clients][revoked]
    world.revoke(tokens[revoked], client=owner)
    assert relay.alive(tokens) == left


def test_l04_a_sibling_stays_active(world, relay):
    """Revoking a token leaves another token of the same parent active."""
    login = world.login_token()
    first, second = relay.tokens(1, login), relay.tokens(1, login)
    world.revoke(first[1], client=relay.clients[0])
    assert (relay.alive(first), relay.alive(second)) == ("+-", "++")


def test_l05_the_actor_token_is_a_parent_too(world):
    """Revoking the actor token revokes the delegated token, and leaves the subject token active."""
    desk = HelpDesk(world)
    subject_token, actor_token = desk.subject_token(), desk.actor_token()
    token = desk.token(subject_token, actor_token)
    world.revoke(actor_token, client=desk.client)
    assert world.introspect(token, client=desk.client) == {"active": False}
    assert world.introspect(subject_token, client=world.spa)["active"]


def test_l06_one_actor_of_many_tokens(world):
    """Revoking an actor token revokes every token delegated with it and no other."""
    desk = HelpDesk(world)
    one, other = desk.actor_token(), desk.actor_token()
    with_one = [desk.token(desk.subject_token(), one) for _ in range(3)]
    with_other = desk.token(desk.subject_token(), other)
    world.revoke(one, client=desk.client)
    assert not any(world.introspect(token, client=desk.client)["active"] for token in with_one)
    assert world.introspect(with_other, client=desk.client)["active"]
    assert len(listed(revocations().get())) == 3


def test_l05_both_parents_through_different_lines(world, relay):
    """A descendant of a delegated token ends with the actor token of the delegation."""
    desk = HelpDesk(world)
    desk.onward_policy()
    actor_token = desk.actor_token()
    onward = value_of(desk.onward(desk.token(desk.subject_token(), actor_token)))
    assert world.introspect(onward, client=world.back)["active"]
    world.revoke(actor_token, client=desk.client)
    assert world.introspect(onward, client=world.back) == {"active": False}


def test_l10_revoking_twice_and_revoking_nothing(world, relay):
    """Revoking a revoked or unknown token gets the same answer and leaves no second record."""
    tokens = relay.tokens(1)
    answers = [
        world.revoke(token, client=world.spa) for token in (tokens[0], tokens[0], "never-issued", tokens[0][:-1])
    ]
    assert {(answer.status_code, answer.content) for answer in answers} == {(200, b"")}
    assert revocations().count() == 1


def test_l10_revoking_the_exchanged_token_itself(world, relay):
    """A client can revoke the token that an exchange issued to it, and that leaves a record."""
    tokens = relay.tokens(1)
    world.revoke(tokens[1], client=relay.clients[0])
    assert relay.alive(tokens) == "+-"
    assert ExchangedToken.objects.get().revoked is not None
    record = revocations().get()
    assert (record.issued_fingerprint, record.client_id) == (fingerprint_of(tokens[1]), "hop-0")
    assert record.subject == str(world.alice.pk)
    assert listed(record) == [(fingerprint_of(tokens[1]), "hop-0")]


def test_l10_revoking_what_belongs_to_others(world, relay):
    """A client cannot revoke another client's token, not even one that was exchanged from its own."""
    tokens = relay.tokens(2)
    for token in tokens:
        assert world.revoke(token, client=world.agent).status_code == 200
    world.revoke(tokens[2], client=relay.clients[0])
    assert relay.alive(tokens) == "+++"


def test_l10_an_ordinary_revocation_leaves_no_record(world):
    """Revoking a token without descendants leaves no record."""
    world.revoke(world.login_token(), client=world.spa)
    assert not revocations().exists()


def test_l15_a_fresh_login_after_the_cascade(world, relay):
    """After everything was revoked, a new login can be exchanged, and no revoked token becomes active."""
    dead = relay.tokens(1)
    world.revoke(dead[0], client=world.spa)
    fresh = relay.tokens(1)
    assert (relay.alive(dead), relay.alive(fresh)) == ("--", "++")


def test_l02_a_policy_may_let_its_tokens_outlive_their_parents(world, relay):
    """If the policy says so, a token and its descendants stay active when its parent is revoked."""
    relay.policies[0].revoked_with_parents = False
    relay.policies[0].save()
    tokens = relay.tokens(2)
    world.revoke(tokens[0], client=world.spa)
    assert relay.alive(tokens) == "-++"
    assert relay.hop(2, tokens[2]).status_code == 200
    world.revoke(tokens[1], client=relay.clients[0])
    assert relay.alive(tokens) == "---"


def test_l02_what_has_expired_is_not_revoked(world, relay):
    """The record of a revocation lists the tokens that were active, not the expired ones."""
    with time_machine.travel(timezone.now() - timedelta(hours=1), tick=False):
        login = world.login_token()
        relay.tokens(1, login)
    living = relay.tokens(1, login)[1]
    world.revoke(login, client=world.spa)
    assert listed(revocations().get()) == [(fingerprint_of(living), "hop-0")]
