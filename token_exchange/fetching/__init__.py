"""Fetch documents of issuers over HTTPS: from checked addresses, without redirects, in bounded time and size."""

from __future__ import annotations
