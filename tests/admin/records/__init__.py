"""Tests of admin/records."""

from __future__ import annotations
