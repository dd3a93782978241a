"""Tests of admin/impersonation."""

from __future__ import annotations
