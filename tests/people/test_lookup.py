"""A user or a client is found by exactly its name or key, whatever the database takes for equal."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from token_exchange.people import lookup


def test_a_user_is_found_by_name(world):
    """The name is compared with its case."""
    assert lookup.user_named(world.alice.get_username()) == world.alice
    assert lookup.user_named(world.alice.get_username().upper()) is None


def test_a_user_is_found_by_key(world):
    """The key is given as text."""
    assert lookup.user_with_key(str(world.alice.pk)) == world.alice


@pytest.mark.parametrize("key", ["", "alice", "-1", "1e3", "9" * 40])
def test_a_text_that_is_no_key_finds_no_user(world, key):
    """Text that is not a number, and a number that no database can hold, are answered like an unknown key."""
    assert lookup.user_with_key(key) is None


def test_a_client_is_found_by_its_id(world):
    """The client id is compared with its case."""
    assert lookup.client_with_id("front").client_id == "front"
    assert lookup.client_with_id("FRONT") is None


def test_rows_that_a_database_found_are_compared_again():
    """Every named field has to be equal, as text."""
    rows = [SimpleNamespace(provider="sso", uid=uid) for uid in ("alice", "ALICE", "alicé", "alice ")]
    assert lookup.exact_among(rows, provider="sso", uid="alice") == rows[:1]
    assert lookup.exact_among(rows, provider="SSO", uid="alice") == []
