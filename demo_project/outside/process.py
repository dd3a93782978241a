"""The outside site as a process of its own, which ends with the one that started it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

from demo_project.outside.visiting import Outside

CHECKOUT = Path(__file__).resolve().parents[2]


class DidNotStart(Exception):
    """The outside site ended before it served."""


class OutsideProcess:
    """Starts at once, so that both sites make their tables at the same time; serves while it is entered."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "manage.py", "outside_site"],
            cwd=CHECKOUT,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "demo_project.outside.settings"},
            stdin=subprocess.PIPE,  # whatever ends this process ends the pipe, and that ends the other
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C is for this process only
        )
        return self

    @cached_property
    def site(self) -> Outside:
        """Where it is, once it serves; raises `DidNotStart` if it never does."""
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise DidNotStart(f"The outside site did not start: exit status {self._process.wait()}.")
        return Outside(**json.loads(line))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._process.communicate()
