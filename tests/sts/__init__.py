"""The domain on its own: no database, no HTTP, no clock."""

from __future__ import annotations
