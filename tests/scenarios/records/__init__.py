"""Scenarios: records and reasons."""

from __future__ import annotations
