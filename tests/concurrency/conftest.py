"""Start worker processes on the test database."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from django.db import connection


class Worker:
    """Run one process; `go` starts its work, and `result` waits for it."""

    def __init__(self, work, arguments):
        command = [sys.executable, "-W", "ignore", "-m", "tests.concurrency.worker"]
        database = connection.settings_dict["NAME"]
        self.process = subprocess.Popen(
            [*command, database, work, json.dumps(arguments)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def go(self):
        if self.process.stdout.readline().strip() != "ready":
            pytest.fail("a worker did not start")
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        return self

    def result(self):
        output, _errors = self.process.communicate(timeout=60)
        assert self.process.returncode == 0
        return json.loads(output)


@pytest.fixture
def worker(transactional_db):
    """Return a function that starts a worker; workers that still run at the end are stopped."""
    workers = []

    def start(work, **arguments):
        workers.append(Worker(work, arguments))
        return workers[-1]

    yield start
    for running in workers:
        if running.process.poll() is None:
            running.process.kill()
        running.process.communicate()


@pytest.fixture
def site(transactional_db):
    """Return the small site, committed so that other processes see it."""
    from tests.worlds.world import World

    return World()
