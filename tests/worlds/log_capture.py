"""Capture all logs of a request, so that a test can search them for secrets."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

# A value this short (a made-up token of a few letters) may well stand in a log line by chance.
TELLING_LENGTH = 16

_OWN_ATTRIBUTES = frozenset(vars(logging.makeLogRecord({})))


class LogCapture(logging.Handler):
    """Keep one text for every log record: its message, its traceback and its `extra`."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record):
        """Keep the record as the most detailed formatter would write it."""
        extra = {name: value for name, value in vars(record).items() if name not in _OWN_ATTRIBUTES}
        # The request object is for handlers that know what to hide (Django's error reports).
        extra.pop("request", None)
        self.lines.append(f"{record.name} {self.format(record)} {extra}")

    def tells(self, secrets):
        """Return the lines that contain one of these values."""
        return [line for line in self.lines if any(secret in line for secret in secrets)]


@contextmanager
def capturing_logs() -> Iterator[LogCapture]:
    """Listen to every logger, whatever its level."""
    root, heard = logging.getLogger(), LogCapture()
    level = root.level
    root.addHandler(heard)
    root.setLevel(logging.DEBUG)
    try:
        yield heard
    finally:
        root.setLevel(level)
        root.removeHandler(heard)
