"""Test the invariants with generated input and with every combination."""

from __future__ import annotations
