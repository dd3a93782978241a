"""Section M: a policy covers certain subjects and certain tokens."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group


@pytest.fixture
def groups(world):
    """Put Alice into the group sales, and Bob into support."""
    sales, support = Group.objects.create(name="sales"), Group.objects.create(name="support")
    world.alice.groups.add(sales)
    world.bob.groups.add(support)
    return {"sales": sales, "support": support}


def test_m11_subjects_by_name_and_by_group(world, groups):
    """A policy for listed users covers the users and the members of the groups that it lists, and no others."""
    carol = world.user("carol")
    lists = {"subject_users": [world.alice], "subject_groups": [groups["support"]]}
    world.policy(subject_kind="listed_users", lists=lists)
    named, grouped, other = (world.login_token(user) for user in (world.alice, world.bob, carol))
    assert world.exchange(named).status_code == 200
    world.refused_but_for(grouped, other, reason="not_permitted_by_any_policy")


def test_m11_leaving_a_group_counts_at_once(world, groups):
    """Groups are read at every exchange, so a user who leaves one is refused at once."""
    world.policy(subject_kind="listed_users", lists={"subject_groups": [groups["support"]]})
    token = world.login_token(world.bob)
    assert world.exchange(token).status_code == 200
    world.bob.groups.clear()
    assert world.exchange(token).json()["error"] == "invalid_request"
    world.bob.groups.add(groups["support"])
    assert world.exchange(token).status_code == 200


def test_m11_a_denial_by_group(world, alices_token, groups):
    """A deny policy for a group works even if no permit policy compares groups."""
    world.policy(effect="deny", scopes=[], subject_kind="listed_users", lists={"subject_groups": [groups["support"]]})
    world.refused_but_for(alices_token, world.login_token(world.bob), reason="denied_by_policy")


@pytest.mark.parametrize("kind", ["any_user", "clients"])
def test_m11_users_and_clients(world, kind):
    """A policy for users does not cover a client's own token, nor a policy for clients a user's."""
    world.policy(subject_kind=kind, ways=["client_acts"], issued_to=[world.spa, world.agent])
    users, clients = world.login_token(), world.client_token(world.agent)
    good, bad = (users, clients) if kind == "any_user" else (clients, users)
    world.refused_but_for(good, bad, reason="not_permitted_by_any_policy")


def test_m11_empty_lists_cover_no_user(world, alices_token):
    """A policy for listed users with empty lists covers no user, and does not affect other policies."""
    world.policy(position=0, subject_kind="listed_users", scopes=["read", "write"])
    world.refuses(alices_token, error="invalid_scope", scope="write")


def test_m11_a_policy_for_external_tokens_alone(world, alices_token):
    """A policy without local tokens refuses them, although another policy of the client accepts them."""
    world.policy(accepts_local_tokens=False, targets=[world.other_target])
    world.refuses(alices_token, error="invalid_target", audience="invoices-api")


def test_m11_a_condition_on_claims(world, alices_token):
    """A condition on a claim is never met by a local access token, which has no claims."""
    sales = {"claim": "team", "operator": "equals", "values": ["sales"]}
    world.policy(conditions=[sales], targets=[world.other_target])
    world.refuses(alices_token, error="invalid_target", audience="invoices-api")
