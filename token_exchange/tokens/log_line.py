"""One answer as one line of the log, readable where a formatter shows the message and nothing beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any


def log_line(columns: Mapping[str, Any]) -> str:
    """Return the line for a record; it stays one line of ASCII, whatever the client calls itself."""
    facts = " ".join(f"{name}={value}" for name, value in _facts(columns))
    return f"token exchange {columns['outcome']}: {facts}"


def _facts(columns: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if columns["reason"]:
        yield "reason", columns["reason"]
    if columns["detail"]:
        yield "detail", _quoted(columns["detail"])
    yield "client", _quoted(columns["client_id"])
    yield "request", columns["request_id"]


def _quoted(text: str) -> str:
    # A client that is not authenticated yet chooses its id: quotes, line breaks, terminal sequences and characters
    # that turn the writing direction are escaped, so that no name forges a second fact or a second line.
    return json.dumps(text)
