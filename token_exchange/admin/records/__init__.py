"""Admin pages of exchange records, each with its trace."""

from __future__ import annotations
