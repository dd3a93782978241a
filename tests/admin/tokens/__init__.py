"""Tests of admin/tokens."""

from __future__ import annotations
