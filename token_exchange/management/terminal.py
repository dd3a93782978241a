"""Write to a terminal and end with an exit status, as every command here does."""

from __future__ import annotations

from typing import Any, Final

REFUSED: Final = 1
"""The exit status for a refused exchange or ticket."""
USAGE: Final = 2
"""The exit status for invalid options, as `argparse` uses it."""

_PLAIN: Final = str.maketrans(
    dict(zip("✓✗•“”─│▶▲▼█░", '+x*""-|>^v#.', strict=True)) | {"…": "...", "→": "->", "←": "<-"}
)


def printable(text: str, stream: Any) -> str:
    """Return the text in characters that the stream can encode: others become similar ones in ASCII, or `?`."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(_PLAIN).encode(encoding, "replace").decode(encoding)
    return text
