"""Text that reads as it is: no direction overrides, no zero-width characters, no line breaks where none belong."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Final

HIDDEN: Final = frozenset({"Cc", "Cf", "Zl", "Zp"})
"""Unicode's categories of what is not seen and changes what is: controls, formats, separators of lines."""
BREAKS: Final = "\n\r\t"
"""What a text of several lines may hold all the same."""


def has_hidden(value: object, *, allowed: str = "") -> bool:
    """Return whether a text, or any text in a list or mapping, holds such a character."""
    if isinstance(value, str):
        return any(unicodedata.category(one) in HIDDEN and one not in allowed for one in value)
    if isinstance(value, Mapping):
        return any(has_hidden(part, allowed=allowed) for pair in value.items() for part in pair)
    return isinstance(value, list | tuple) and any(has_hidden(part, allowed=allowed) for part in value)


def without_hidden(text: str, *, allowed: str = BREAKS) -> str:
    """Return the text without such characters."""
    return "".join(one for one in text if one in allowed or unicodedata.category(one) not in HIDDEN)
