"""Test how the keys of external issuers are fetched and kept."""

from __future__ import annotations
