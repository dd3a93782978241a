"""What a command ends with where the question itself makes no sense."""

from __future__ import annotations

from typing import Final

USAGE: Final = 2
"""Exit status."""
