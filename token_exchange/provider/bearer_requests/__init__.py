"""Check requests that carry a bearer token: whether the token is active, and what it may be used for."""

from __future__ import annotations
