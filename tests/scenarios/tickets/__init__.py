"""Show impersonation tickets and user references."""

from __future__ import annotations
