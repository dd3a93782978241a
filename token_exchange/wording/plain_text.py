"""Detect and remove invisible characters: controls, direction overrides, zero-width characters, line separators."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Final

HIDDEN: Final = frozenset({"Cc", "Cf", "Zl", "Zp"})
"""The Unicode categories of invisible characters that change how other text is shown."""
BREAKS: Final = "\n\r\t"
"""Control characters that a text of several lines may contain."""


def has_hidden(value: object, *, allowed: str = "") -> bool:
    """Return True if a text, or any text in a list or mapping, contains an invisible character outside `allowed`."""
    if isinstance(value, str):
        return any(unicodedata.category(one) in HIDDEN and one not in allowed for one in value)
    if isinstance(value, Mapping):
        return any(has_hidden(part, allowed=allowed) for pair in value.items() for part in pair)
    return isinstance(value, list | tuple) and any(has_hidden(part, allowed=allowed) for part in value)


def without_hidden(text: str, *, allowed: str = BREAKS) -> str:
    """Return the text without invisible characters, except those in `allowed`."""
    return "".join(one for one in text if one in allowed or unicodedata.category(one) not in HIDDEN)
