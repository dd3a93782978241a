"""The documentation says what the code does."""

from __future__ import annotations
