"""An address that guesses a client's secret has to wait at every endpoint; the client itself never does."""

from __future__ import annotations

import json
import math
import socket
import subprocess
import sys

import pytest

from benchmarks.guessing import AT_ONCE, DOORS
from benchmarks.proxied import nginx
from token_exchange.conf import token_exchange_settings

GUESSES = 200


def _has_redis():
    try:
        socket.create_connection(("127.0.0.1", 6379), timeout=1).close()
    except OSError:
        return False
    return True


@pytest.fixture(scope="module")
def figures():
    """Return the measurements of both sides: nginx before two processes that share Redis and a database."""
    if nginx() is None:
        pytest.skip("nginx is not installed")
    if not _has_redis():
        pytest.skip("there is no Redis on 127.0.0.1:6379")
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.guessing", "--json", "--seconds", "90"]
    run = subprocess.run([*command, "--wrong", str(GUESSES)], capture_output=True, text=True, timeout=240, check=False)
    assert run.stdout, run.stderr
    return json.loads(run.stdout)


@pytest.mark.nginx
@pytest.mark.redis
def test_the_honest_client_never_waits(figures):
    """The right secret from another address is accepted at any time."""
    assert set(figures["honest"]) == {"200"}
    assert len(figures["attacked"]) > 1


@pytest.mark.nginx
@pytest.mark.redis
def test_the_guesses_are_counted_together_at_every_endpoint(figures):
    """All endpoints and processes share one count, and answer with the time to wait."""
    assert set(figures["guesses"]) == set(DOORS)
    for statuses in figures["guesses"].values():
        assert set(statuses) <= {"401", "429"}
        assert statuses.get("429")
    looked_at = sum(statuses.get("401", 0) for statuses in figures["guesses"].values())
    minutes = math.ceil(figures["seconds"] / 60) + 1  # the last one began before the attack
    # Guesses that are under way together are looked at together.
    assert 0 < looked_at <= (token_exchange_settings.bad_secrets_per_minute + AT_ONCE) * minutes
    assert figures["without_retry_after"] == 0
