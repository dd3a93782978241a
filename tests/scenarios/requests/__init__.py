"""Scenarios: the form of a request."""

from __future__ import annotations
