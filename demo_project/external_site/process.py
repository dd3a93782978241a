"""Run the external site in a process of its own that ends together with this one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

from demo_project.external_site.visiting import ExternalSite

CHECKOUT = Path(__file__).resolve().parents[2]


class DidNotStart(Exception):
    """The external site ended before it served."""


class ExternalSiteProcess:
    """Start the process at once, so that both sites create their tables at the same time; serve inside the block."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "manage.py", "external_site"],
            cwd=CHECKOUT,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "demo_project.external_site.settings"},
            stdin=subprocess.PIPE,  # the pipe closes when this process ends, and then the other one ends too
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C is for this process only
        )
        return self

    @cached_property
    def site(self) -> ExternalSite:
        """Return the site once it serves; raise `DidNotStart` if it does not."""
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise DidNotStart(f"The external site did not start: exit status {self._process.wait()}.")
        return ExternalSite(**json.loads(line))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._process.communicate()
