"""Client authentication at every endpoint: reading credentials, comparing secrets, counting failures."""

from __future__ import annotations
