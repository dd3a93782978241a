"""Races between real processes, on PostgreSQL."""

from __future__ import annotations
