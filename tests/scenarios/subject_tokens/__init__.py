"""Scenarios: local subject tokens."""

from __future__ import annotations
