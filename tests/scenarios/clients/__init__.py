"""Show client authentication and the limits on failures."""

from __future__ import annotations
