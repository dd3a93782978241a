"""Show which tokens of this server are accepted as subject tokens."""

from __future__ import annotations
