"""Scenarios: subjects that become users."""

from __future__ import annotations
