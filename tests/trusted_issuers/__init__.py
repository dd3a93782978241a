"""Fetching and keeping the keys of external issuers."""

from __future__ import annotations
