"""How an issued token lives: status, lineage, introspection, revocation, records and pruning."""

from __future__ import annotations
