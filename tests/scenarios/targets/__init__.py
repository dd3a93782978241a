"""Scenarios: targets."""

from __future__ import annotations
