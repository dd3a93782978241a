"""T02: whoever guesses at secrets or tokens has to wait; nobody else notices."""

from __future__ import annotations

import pytest
import time_machine

from tests.world import exchange_form


@pytest.fixture(autouse=True)
def one_minute():
    """All of a test within one window."""
    with time_machine.travel("2030-01-01T00:00:10Z", tick=False):
        yield


@pytest.fixture
def limited(settings):
    """Limits that a test can reach."""
    settings.TOKEN_EXCHANGE = {"BAD_SECRETS_PER_MINUTE": 3, "BAD_TOKENS_PER_MINUTE": 3}


def test_b14_wrong_secrets_make_wait(world, limited):
    """After some wrong secrets, even the right one waits; from another address it is taken."""
    world.policy()
    form = exchange_form(world.login_token())
    for _guess in range(3):
        assert world.post(form, client=world.front, secret="wrong").status_code == 401
    waiting = world.post(form, client=world.front)
    assert waiting.status_code == 429
    assert 0 < int(waiting["Retry-After"]) <= 60
    assert waiting["Content-Type"] == "application/json"
    assert world.post(form, client=world.front, REMOTE_ADDR="192.0.2.7").status_code == 200


def test_guessed_tokens_make_wait(world, limited):
    """After some tokens that nobody issued, the client waits; another client from the same address does not."""
    world.policy()
    world.policy(client=world.agent)
    for number in range(3):
        assert world.exchange(f"guess-number-{number}").status_code == 400
    assert world.exchange(world.login_token()).status_code == 429
    assert world.exchange(world.login_token(), client=world.agent).status_code == 200


def test_honest_refusals_are_not_counted(world, limited):
    """Asking for what is not permitted, over and over, is no guessing."""
    world.policy()
    token = world.login_token()
    for _attempt in range(6):
        assert world.exchange(token, audience="unknown").status_code == 400
    assert world.exchange(token).status_code == 200


def test_no_limit(world, settings):
    """Zero switches the limits off."""
    settings.TOKEN_EXCHANGE = {"BAD_SECRETS_PER_MINUTE": 0, "BAD_TOKENS_PER_MINUTE": 0}
    world.policy()
    for number in range(5):
        world.exchange(f"guess-number-{number}")
    assert world.exchange(world.login_token()).status_code == 200
