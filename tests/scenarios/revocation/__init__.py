"""Scenarios: revocation."""

from __future__ import annotations
