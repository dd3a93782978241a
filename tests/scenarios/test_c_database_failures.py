"""Section C: the database fails while a subject token is read or an answer is kept."""

from __future__ import annotations

import pytest


def assert_failed(world, answer, before):
    """The answer is a 5xx in OAuth's JSON, and nothing was left behind."""
    assert (answer.status_code, answer.json()["error"]) == (503, "temporarily_unavailable")
    assert answer["Cache-Control"] == "no-store"
    assert set(answer.json()) == {"error", "error_description"}
    assert world.counts() == before
    world.assert_silent(answer.content.decode())


@pytest.mark.parametrize(
    "statement",
    ["SELECT", "INSERT INTO {tokens}", "INSERT INTO {exchanged}", "INSERT INTO {records}"],
    ids=["reading", "issuing", "lineage", "record"],
)
def test_c31_database_fails(world, alices_token, failing_database, statement):
    """A database that fails at any step is a failure of ours, never an invalid token and never a token."""
    assert world.exchange(alices_token).status_code == 200
    before = world.counts()
    with failing_database(statement):
        answer = world.exchange(alices_token)
    assert_failed(world, answer, before)
    assert world.exchange(alices_token).status_code == 200


@pytest.mark.parametrize("changes", [{"subject_token": "garbage"}, {"scope": ["read", "read"]}, {"audience": "x"}])
def test_c31_database_fails_to_record_a_refusal(world, alices_token, failing_database, changes):
    """A refusal that cannot be recorded is not given: the client hears of a failure instead."""
    before = world.counts()
    with failing_database("INSERT INTO {records}"):
        answer = world.exchange(alices_token, **changes)
    assert_failed(world, answer, before)


def test_c31_database_fails_to_record_an_unreadable_request(world, failing_database):
    """The same holds for a request that is not even read."""
    before = world.counts()
    with failing_database("INSERT INTO {records}"):
        answer = world.send("{}", content_type="application/json", client=world.front)
    assert_failed(world, answer, before)
