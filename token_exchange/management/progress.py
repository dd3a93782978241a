"""Show the progress of a long command in one line."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Any, Final, Self

SECONDS_BETWEEN_LINES: Final = 10
"""Seconds between two lines if the output is not a terminal, which could rewrite one."""


class Progress:
    """Rewrite one line on a terminal, and add a line from time to time to any other output."""

    def __init__(self, stream: Any, label: str, total: int) -> None:
        self._stream = stream
        self._label = label
        self._total = total
        self._rewrites = bool(stream.isatty())
        self._next = time.monotonic() + (0 if self._rewrites else SECONDS_BETWEEN_LINES)
        self._began = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._rewrites:
            self._write("\r\033[K", ending="")

    def show(self, done: int) -> None:
        """Write the number of finished items, unless the last line is too recent."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + (0.1 if self._rewrites else SECONDS_BETWEEN_LINES)
        rate = done / max(now - self._began, 0.001)
        share = f"{done / self._total:4.0%}" if self._total else ""
        line = f"{self._label}: {done:,} of {self._total:,} {share} ({rate:,.0f} a second)"
        self._write(f"\r\033[K{line}" if self._rewrites else line, ending="" if self._rewrites else "\n")

    def _write(self, text: str, ending: str) -> None:
        # Without a style: Django writes standard error in red.
        self._stream.write(text, style_func=str, ending=ending)
        self._stream.flush()
