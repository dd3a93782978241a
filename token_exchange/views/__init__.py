"""The views of `token_exchange.urls`: endpoints that replace the toolkit's, account pages, and token protection."""

from __future__ import annotations
