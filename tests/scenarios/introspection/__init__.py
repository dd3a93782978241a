"""Show introspection at this server."""

from __future__ import annotations
