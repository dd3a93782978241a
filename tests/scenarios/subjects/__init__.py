"""Show how external subjects become users."""

from __future__ import annotations
