"""Scenarios: issued tokens and their limits."""

from __future__ import annotations
