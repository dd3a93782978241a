"""Run the demo as a reader does, in a process that is found by the file it writes and ended by its id."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

CHECKOUT = Path(__file__).parents[2]
SECONDS_TO_START = 180
COLOUR = re.compile(r"\033\[[0-9;]*m")


def environment(**variables):
    """Return the environment of a reader, without variables of the test suite."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "VIRTUAL_ENV") if name in os.environ}
    return {**kept, "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "80", **variables}


def run(*arguments, **variables):
    """Run a command of the demo to its end."""
    return subprocess.run(
        [sys.executable, "manage.py", *map(str, arguments)],
        cwd=CHECKOUT,
        env=environment(**variables),
        capture_output=True,
        text=True,
        timeout=SECONDS_TO_START,
        check=False,
    )


class RunningDemo:
    """A demo that serves on a free port, on a database of its own."""

    def __init__(self, directory, tables=None):
        self.database = directory / "demo.sqlite3"
        if tables:
            shutil.copy(tables, self.database)
        self.file = directory / "demo.json"
        self.file.write_text("what an earlier demo left, for everyone to read")
        self.file.chmod(0o644)
        self._output = directory / "output"
        with self._output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", *self.command, "--port", "0", "--json", str(self.file)],
                cwd=CHECKOUT,
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                text=True,
                # A shell that starts the tests in the background has them, and what they start, ignore Ctrl-C.
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            )
        self._wait_until_it_serves()
        self.told = json.loads(self.file.read_text())

    @property
    def command(self):
        """Return the command that the reader types after `manage.py`."""
        return ["demo"]

    @property
    def environment(self):
        """Return the environment in which another command opens the same database."""
        return environment(DEMO_DATABASE=str(self.database))

    @property
    def output(self):
        """Return the text on the terminal so far."""
        return self._output.read_text()

    @property
    def lines_to_copy(self):
        """Return the lines that the demo offers to the reader, as one script."""
        return self.output.partition("Lines for another terminal:")[2].partition("   Serving.")[0]

    def _wait_until_it_serves(self):
        give_up = time.monotonic() + SECONDS_TO_START
        while "Serving." not in self.output:
            if self.process.poll() is not None or time.monotonic() > give_up:
                self.stop()
                pytest.fail(f"the demo did not get as far as serving:\n{self.output}")
            time.sleep(0.1)

    def wait_for_line(self, text):
        """Wait until a text appears on the terminal."""
        give_up = time.monotonic() + 30
        while text not in self.output and time.monotonic() < give_up:
            time.sleep(0.05)
        assert text in self.output

    def stop(self):
        """End it as Ctrl-C would, and return its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=30)


class RunningService(RunningDemo):
    """The dedicated exchange service, on a free port and its own database."""

    SETTINGS = "demo_project.exchange_service.settings"

    @property
    def command(self):
        """Return the one command that runs the service, after `manage.py`."""
        return ["exchange_service", "--settings", self.SETTINGS, "--database", str(self.database)]


def authorities(running):
    """Return a file with the certificates to trust: that of the site, if it has one, and of the external site."""
    file = running.file.with_name("authorities.pem")
    file.write_text(running.told.get("certificate_authority", "") + running.told["outside"]["certificate_authority"])
    return str(file)


def job_token(running):
    """Return the JWT that the external site's CI gives its job for this site."""
    job = running.told["outside"]["job"]
    asked = {"params": {"audience": job["audience"]}, "headers": {"Authorization": job["authorization"]}}
    return requests.get(job["url"], **asked, verify=authorities(running), timeout=30).json()["value"]
