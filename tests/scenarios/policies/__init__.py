"""Show which policy decides an exchange, and what policies cover."""

from __future__ import annotations
