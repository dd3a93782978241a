"""Tests of the system checks: each one reports its fault, and nothing once the lines of its hint are pasted."""

from __future__ import annotations
