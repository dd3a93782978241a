"""After the commit of a record, its signal is sent and its log line is written."""

from __future__ import annotations

import json

import pytest
from django.db import router

from token_exchange import signals
from token_exchange.models import ExchangeRecord
from token_exchange.sts.vocabulary import GRANT_TYPE


@pytest.fixture
def received():
    """Collect the records that the two signals send, each with the name of its signal."""
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
    """Run the callbacks of the commit in the database of the records, which may not be the default one."""
    return lambda: django_capture_on_commit_callbacks(using=router.db_for_write(ExchangeRecord), execute=True)


def test_receivers_get_the_record_as_it_was_saved(world, received, committing):
    """A receiver gets the saved row, with its primary key."""
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
    """The client gets its answer, and the log names the receiver."""

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
    """Each answer is one log record, whose level follows from the outcome, with the facts as attributes."""
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


def test_the_message_holds_reason_client_and_request_id(world, committing, caplog):
    """A formatter that shows no attributes still shows which client was refused, why, and the request id."""
    world.policy()
    token = world.login_token()
    caplog.set_level("INFO", "token_exchange")
    caplog.clear()
    with committing():
        granted = world.exchange(token, scope="read")["X-Request-Id"]
        refused = world.exchange(token, audience="nobody")["X-Request-Id"]
    assert [line.getMessage() for line in caplog.records if line.name == "token_exchange"] == [
        f'token exchange granted: client="front" request={granted}',
        f'token exchange refused: reason=target_unknown client="front" request={refused}',
    ]


@pytest.mark.parametrize(
    "client_id",
    [
        "front\nERROR token exchange granted",
        'front" request=0 reason="none',
        "front\r\x1b[2J",
        "front\u2028\u202e\u200b",
        "front\x85\x9b",
    ],
)
def test_a_client_id_forges_no_line(world, committing, caplog, client_id):
    """A client id of any characters stays within its quotes, on one line of printable ASCII."""
    caplog.set_level("INFO", "token_exchange")
    with committing():
        answer = world.post({"grant_type": GRANT_TYPE, "client_id": client_id, "client_secret": "wrong"})
    assert answer.status_code >= 400
    messages = [line.getMessage() for line in caplog.records if hasattr(line, "outcome")]
    assert [message.isascii() and message.isprintable() for message in messages] == [True]
    assert messages[0].endswith(f"request={answer['X-Request-Id']}")
    assert messages[0].count(" request=") - json.dumps(client_id).count(" request=") in (0, 1)
    assert messages[0].count('client="') == 1
