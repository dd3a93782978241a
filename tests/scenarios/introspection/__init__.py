"""Scenarios: introspection."""

from __future__ import annotations
