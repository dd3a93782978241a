"""Scenarios: scopes."""

from __future__ import annotations
