"""Scenarios: actors and chains."""

from __future__ import annotations
