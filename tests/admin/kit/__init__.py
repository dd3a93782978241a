"""Tests of admin/kit."""

from __future__ import annotations
