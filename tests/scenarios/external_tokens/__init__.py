"""Show how tokens of external issuers are verified."""

from __future__ import annotations
