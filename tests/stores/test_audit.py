"""What is told of an answer after its record is certain."""

from __future__ import annotations

import pytest
from django.db import router

from token_exchange import signals
from token_exchange.models import ExchangeRecord


@pytest.fixture
def received():
    """The records that the two signals bring, each with the signal that brought it."""
    heard = []

    def granted(sender, record, **kwargs):
        heard.append(("granted", record))

    def refused(sender, record, **kwargs):
        heard.append(("refused", record))

    signals.exchange_granted.connect(granted)
    signals.exchange_refused.connect(refused)
    yield heard
    signals.exchange_granted.disconnect(granted)
    signals.exchange_refused.disconnect(refused)


@pytest.fixture
def committing(django_capture_on_commit_callbacks):
    """Runs what waits for the commit in the database of the records, which need not be the default one."""
    return lambda: django_capture_on_commit_callbacks(using=router.db_for_write(ExchangeRecord), execute=True)


def test_receivers_get_the_record_as_it_was_saved(world, received, committing):
    """A receiver may follow the record's number, and reads what the table holds."""
    world.policy()
    token = world.login_token()
    with committing():
        assert world.exchange(token).status_code == 200
        assert world.exchange(token, audience="nobody").status_code == 400
    assert [name for name, _record in received] == ["granted", "refused"]
    for name, record in received:
        assert record == ExchangeRecord.objects.get(outcome=name)
        assert not record._state.adding


def test_a_receiver_that_fails_changes_nothing(world, committing, caplog):
    """The answer stands, and the log tells which receiver it was."""

    def failing(sender, record, **kwargs):
        raise RuntimeError

    world.policy()
    token = world.login_token()
    signals.exchange_granted.connect(failing)
    try:
        with committing():
            answer = world.exchange(token)
    finally:
        signals.exchange_granted.disconnect(failing)
    assert answer.status_code == 200
    assert any("failing" in getattr(line, "receiver", "") for line in caplog.records)


def test_the_log_tells_each_answer_in_fields(world, committing, caplog):
    """One line an answer, with the level that its outcome deserves and the facts beside it."""
    world.policy()
    token = world.login_token()
    caplog.set_level("INFO", "token_exchange")
    caplog.clear()
    with committing():
        world.exchange(token, scope="read")
        world.exchange(token, audience="nobody")
    granted, refused = [line for line in caplog.records if line.name == "token_exchange"]
    assert (granted.levelname, granted.outcome, granted.granted_scope) == ("INFO", "granted", "read")
    assert (granted.client_id, granted.actor, granted.audience) == ("front", "client:front", ["back-api"])
    assert (refused.levelname, refused.error_code, refused.reason) == ("WARNING", "invalid_target", "target_unknown")
