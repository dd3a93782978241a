"""The demo that serves, and the exchange service."""

from __future__ import annotations

from tests.running_demo import demo, service, tables

__all__ = ["demo", "service", "tables"]
