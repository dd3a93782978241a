"""External issuers: their keys, their tokens, and which local user a subject of theirs is."""

from __future__ import annotations
