"""One line that tells how far a long command has come."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Any, Final, Self

SECONDS_BETWEEN_LINES: Final = 10
"""How often a log file, which cannot overwrite a line, gets a new one."""


class Progress:
    """Rewrites one line on a terminal; adds a line now and then to a file."""

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
        """Tell how much is done, if it is time to."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + (0.1 if self._rewrites else SECONDS_BETWEEN_LINES)
        rate = done / max(now - self._began, 0.001)
        share = f"{done / self._total:4.0%}" if self._total else ""
        line = f"{self._label}: {done:,} of {self._total:,} {share} ({rate:,.0f} a second)"
        self._write(f"\r\033[K{line}" if self._rewrites else line, ending="" if self._rewrites else "\n")

    def _write(self, text: str, ending: str) -> None:
        # Without a style: the stream of errors would paint it red.
        self._stream.write(text, style_func=str, ending=ending)
        self._stream.flush()
