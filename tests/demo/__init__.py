"""The demo, run as a reader runs it."""

from __future__ import annotations
