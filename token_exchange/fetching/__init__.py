"""A safe HTTPS client: checked addresses, no redirects, bounded time and size, and issuer metadata."""

from __future__ import annotations
