"""Share base classes, forms, filters and actions between the admin pages; this folder holds no page."""

from __future__ import annotations
