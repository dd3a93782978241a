"""Scenarios: tokens of external issuers."""

from __future__ import annotations
