"""Text for a terminal that may not know every character."""

from __future__ import annotations

from typing import Any, Final

_PLAIN: Final = str.maketrans(
    dict(zip("✓✗•“”─│▶▲▼█░", '+x*""-|>^v#.', strict=True)) | {"…": "...", "→": "->", "←": "<-"}
)


def printable(text: str, stream: Any) -> str:
    """Return the text as the stream can write it: its own characters where it knows them, plain ones where not."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(_PLAIN).encode(encoding, "replace").decode(encoding)
    return text
