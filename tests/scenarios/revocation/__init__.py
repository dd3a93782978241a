"""Show which tokens end when a token is revoked or refreshed."""

from __future__ import annotations
