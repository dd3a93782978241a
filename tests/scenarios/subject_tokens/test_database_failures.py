"""Section C: a failing database leads to a server error, never to a token or a refusal."""

from __future__ import annotations

import pytest

from token_exchange.models import ExchangeRecord


def assert_failed(world, answer, before):
    """Check that the answer is a 5xx in OAuth's JSON, and that no row was written, not even a record."""
    assert (answer.status_code, answer.json()["error"]) == (503, "temporarily_unavailable")
    assert answer["Cache-Control"] == "no-store"
    assert set(answer.json()) == {"error", "error_description"}
    assert world.counts() == before
    world.assert_silent(answer.content.decode())


@pytest.mark.parametrize(
    "statement", ["SELECT", "INSERT INTO {tokens}", "INSERT INTO {exchanged}"], ids=["reading", "issuing", "lineage"]
)
def test_c31_database_fails(world, alices_token, failing_database, statement):
    """A database failure at any step is recorded and answered as a server error."""

    def failing():
        with failing_database(statement):
            return world.exchange(alices_token)

    world.refused(
        lambda: world.exchange(alices_token),
        failing,
        error="temporarily_unavailable",
        reason="server_failure",
        status=503,
    )
    record = ExchangeRecord.objects.filter(outcome="refused").latest("pk")
    assert record.detail == "OperationalError"
    assert record.client_id in ("front", "")  # empty where not even the client could be read


def test_c31_database_fails_to_record(world, alices_token, failing_database):
    """If not even a record can be saved, the failure is logged, and nothing is issued."""
    assert world.exchange(alices_token).status_code == 200
    before = world.counts()
    with failing_database("INSERT INTO {records}"):
        answer = world.exchange(alices_token)
    assert_failed(world, answer, before)
    told = [line for line in world.heard.lines if "could not be recorded" in line]
    assert len(told) == 1
    assert all(part in told[0] for part in ("OperationalError", "'front'", answer["X-Request-Id"]))
    assert world.exchange(alices_token).status_code == 200


@pytest.mark.parametrize("changes", [{"subject_token": "garbage"}, {"scope": ["read", "read"]}, {"audience": "x"}])
def test_c31_database_fails_to_record_a_refusal(world, alices_token, failing_database, changes):
    """If a refusal cannot be recorded, the client gets a server error instead."""
    before = world.counts()
    with failing_database("INSERT INTO {records}"):
        answer = world.exchange(alices_token, **changes)
    assert_failed(world, answer, before)


def test_c31_database_fails_to_record_an_unreadable_request(world, failing_database):
    """If the refusal of an unreadable request cannot be recorded, the client gets a server error too."""
    before = world.counts()
    with failing_database("INSERT INTO {records}"):
        answer = world.send("{}", content_type="application/json", client=world.front)
    assert_failed(world, answer, before)
