"""The documentation agrees with the code."""

from __future__ import annotations
