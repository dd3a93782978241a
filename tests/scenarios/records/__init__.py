"""Show what records hold, and which reasons they give."""

from __future__ import annotations
