"""Test races between processes on PostgreSQL."""

from __future__ import annotations
