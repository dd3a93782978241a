"""Scenarios: the toolkit's own views and grants."""

from __future__ import annotations
