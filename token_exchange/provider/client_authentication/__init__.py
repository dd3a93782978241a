"""Authenticate clients at every endpoint: read credentials, compare secrets, count failures."""

from __future__ import annotations
