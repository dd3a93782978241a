"""The demo that serves."""

from __future__ import annotations

from tests.running_demo import demo

__all__ = ["demo"]
