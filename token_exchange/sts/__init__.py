"""Decide token exchanges (RFC 8693) with the standard library only: no Django, no I/O, no clock."""

from __future__ import annotations
