"""What may name something: text that can be shown, stored and compared."""

from __future__ import annotations

from typing import TypeGuard


def is_name(value: object, longest: int) -> TypeGuard[str]:
    """Whether this is printable text of one to `longest` characters."""
    return isinstance(value, str) and 0 < len(value) <= longest and value.isprintable()
