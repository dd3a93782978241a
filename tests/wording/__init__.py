"""Tests of rules and reasons in words."""

from __future__ import annotations
