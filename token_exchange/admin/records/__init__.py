"""The admin of exchange records."""

from __future__ import annotations
