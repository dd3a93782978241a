"""Show which scopes an exchange grants."""

from __future__ import annotations
