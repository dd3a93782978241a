"""List exchange records, and show each with its trace."""

from __future__ import annotations
