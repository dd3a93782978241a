"""The system checks: each one fires, and falls silent once the lines of its hint are pasted."""

from __future__ import annotations
