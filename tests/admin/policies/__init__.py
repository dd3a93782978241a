"""Tests of admin/policies."""

from __future__ import annotations
