"""Test lists of people, and whether a decision about them needs groups."""

from __future__ import annotations

import pytest

from tests.sts.samples import ALICE, BOB, policy
from token_exchange.sts.parties import Party, client_party, user_party
from token_exchange.sts.policy import People


def test_an_empty_list_includes_no_party():
    """An empty list includes no party."""
    assert not People()
    assert not People().include(user_party(BOB.key), BOB)
    assert not People().include(client_party("front"), None)


@pytest.mark.parametrize(
    "people",
    [People(users=frozenset({"8"})), People(groups=frozenset({5})), People(clients=frozenset({"front"}))],
    ids=["users", "groups", "clients"],
)
def test_a_list_includes_the_parties_that_it_names(people):
    """Any entry makes the list one."""
    assert people


def test_users_are_found_by_key_or_group_and_clients_by_id():
    """Each kind of entry finds its own kind of party and no other."""
    assert People(users=frozenset({"8"})).include(user_party("8"), BOB)
    assert People(groups=frozenset({5, 6})).include(user_party("8"), BOB)
    assert People(clients=frozenset({"front"})).include(client_party("front"), None)
    assert not People(users=frozenset({"8"}), groups=frozenset({6})).include(user_party("7"), ALICE)
    assert not People(users=frozenset({"front"})).include(client_party("front"), None)
    assert not People(clients=frozenset({"8"})).include(user_party("8"), BOB)


def test_an_external_party_is_in_no_list():
    """A party of another issuer without an account is in no list."""
    external = Party("https://idp.example", "client:front")
    assert not People(clients=frozenset({"front"})).include(external, None)
    assert not People(users=frozenset({"8"})).include(external, None)


def test_groups_are_needed_only_where_a_list_has_some():
    """A decision needs groups only if subjects or actors are listed by group."""
    by_group = People(groups=frozenset({5}))
    assert policy(subjects=by_group).asks_for_groups
    assert policy(actors=by_group).asks_for_groups
    assert not policy(subjects=People(users=frozenset({"7"}))).asks_for_groups
