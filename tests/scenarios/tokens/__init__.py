"""Show what limits an issued token, and when it becomes inactive."""

from __future__ import annotations
