"""Scenarios: personal access tokens."""

from __future__ import annotations
