"""Serve the URLs of `token_exchange.urls`, the account pages, and the protection of other views by a token."""

from __future__ import annotations
