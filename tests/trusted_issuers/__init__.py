"""Fetching and keeping the keys of outside issuers."""

from __future__ import annotations
