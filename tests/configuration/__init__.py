"""Tests of the snapshot of the rules."""

from __future__ import annotations
