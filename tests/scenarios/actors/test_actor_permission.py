"""Section F: a policy decides which actor may act for which subject."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group

from tests.worlds.help_desk import HelpDesk, value_of
from token_exchange.models import ExchangeRecord


@pytest.fixture
def desk(world):
    return HelpDesk(world)


def test_f10_an_actor_without_the_scope(world, desk):
    """A scope that the actor token lacks is not granted, unless the policy does not limit to the actor's scopes."""
    subject_token = desk.subject_token()
    reader, other = desk.actor_token(), desk.actor_token(scope="write")
    world.refused(
        lambda: desk.exchange(subject_token, reader, scope="read"),
        lambda: desk.exchange(subject_token, other, scope="read"),
        error="invalid_scope",
    )
    desk.policy.limited_to_actor_scopes = False
    desk.policy.save()
    assert desk.exchange(subject_token, other, scope="read").json()["scope"] == "read"


def test_f12_an_ordinary_user_where_only_clients_may_act(world):
    """A policy that names clients as actors does not let the users of such a client act."""
    desk = HelpDesk(world, lists={"actor_users": []})
    desk.policy.actor_clients.set([desk.client, world.front])
    world.policy(ways=["delegation"], lists={"actor_clients": [world.front]})
    subject_token, users, clients = desk.subject_token(), desk.actor_token(), world.client_token(world.front)
    world.refused(
        lambda: world.exchange(subject_token, actor_token=clients),
        lambda: desk.exchange(subject_token, users),
        error="invalid_request",
        reason="not_permitted_by_any_policy",
    )


def test_f13_another_human_as_actor(world, desk):
    """A user whom the policy does not name as actor cannot act, although logged in at the same client."""
    subject_token, carols = desk.subject_token(), desk.actor_token(world.user("carol"))
    world.refused(
        lambda: desk.exchange(subject_token),
        lambda: desk.exchange(subject_token, carols),
        error="invalid_request",
        reason="not_permitted_by_any_policy",
    )


def test_f14_a_user_cannot_act_for_themselves(world, desk):
    """An exchange whose subject and actor are one user is refused, although the policy names the user as both."""
    desk.policy.actor_users.add(world.alice)
    subject_token, own = desk.subject_token(), desk.actor_token(world.alice)
    world.refused(
        lambda: desk.exchange(subject_token),
        lambda: desk.exchange(subject_token, own),
        error="invalid_request",
        reason="not_permitted_by_any_policy",
    )


def test_f14_a_client_that_exchanges_its_own_token_gets_no_actor(world):
    """A client does not become the actor of a token whose subject is the client itself."""
    world.policy(ways=["client_acts", "same_subject"], subject_kind="clients")
    token = value_of(world.exchange(world.client_token(world.front)))
    told = world.introspect(token)
    assert told["sub"] == "client:front"
    assert "act" not in told


def test_f15_subject_and_actor_swapped(world):
    """A policy that lets Bob act for Alice does not let Alice act for Bob."""
    desk = HelpDesk(world, subject_kind="listed_users", lists={"subject_users": [world.alice]})
    alices, bobs = desk.actor_token(world.alice), desk.actor_token(world.bob)
    world.refused(
        lambda: desk.exchange(alices, bobs),
        lambda: desk.exchange(bobs, alices),
        error="invalid_request",
        reason="not_permitted_by_any_policy",
    )


@pytest.mark.parametrize("side", ["subject", "actor"])
def test_f38_permission_by_group(world, side):
    """A policy that names a group of actors covers its members, until they leave the group."""
    group = Group.objects.create(name="support")
    member = world.bob if side == "actor" else world.alice
    member.groups.add(group)
    lists = {"actor_users": [] if side == "actor" else [world.bob], f"{side}_groups": [group]}
    kind = "listed_users" if side == "subject" else "any_user"
    desk = HelpDesk(world, subject_kind=kind, lists=lists)
    subject_token, actor_token = desk.subject_token(), desk.actor_token()

    def without_membership():
        member.groups.remove(group)
        try:
            return desk.exchange(subject_token, actor_token)
        finally:
            member.groups.add(group)

    world.refused(
        lambda: desk.exchange(subject_token, actor_token),
        without_membership,
        error="invalid_request",
        reason="not_permitted_by_any_policy",
    )


@pytest.mark.parametrize("ways", [["without_actor"], ["same_subject"], ["client_acts"], []])
def test_f39_delegation_is_a_permission_of_its_own(world, ways):
    """A policy without a delegating way does not allow an actor token."""
    desk, other = HelpDesk(world), world.client("second-desk", grant="authorization-code")
    world.policy(client=other, ways=ways, lists={"actor_users": [world.bob]})
    subject_token, actor_token = desk.subject_token(), world.login_token(world.bob, client=other)
    world.refused(
        lambda: desk.exchange(subject_token),
        lambda: world.exchange(subject_token, client=other, actor_token=actor_token),
        error="invalid_request",
        reason="not_permitted_by_any_policy",
    )


def test_f39_leaving_the_actor_out_is_a_permission_of_its_own(world, desk):
    """A policy that allows delegation alone does not allow an exchange without an actor."""
    subject_token = desk.subject_token()
    world.refused(
        lambda: desk.exchange(subject_token),
        lambda: world.exchange(subject_token, client=desk.client),
        error="invalid_request",
        reason="not_permitted_by_any_policy",
    )


def test_f43_the_record_of_a_delegation(world, desk):
    """The record of a delegation names actor, subject, client and policy."""
    desk.token()
    record = ExchangeRecord.objects.latest("pk")
    assert (record.subject, record.subject_name) == (str(world.alice.pk), "alice")
    assert record.actor == str(world.bob.pk)
    assert record.act == {"sub": str(world.bob.pk)}
    assert (record.client_id, record.way) == ("desk", "delegation")
    assert (record.policy_key, record.policy_name) == (desk.policy.pk, desk.policy.name)
    assert record.subject_fingerprint
    assert record.actor_fingerprint
