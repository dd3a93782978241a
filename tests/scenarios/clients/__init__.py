"""Scenarios: client authentication and throttling."""

from __future__ import annotations
