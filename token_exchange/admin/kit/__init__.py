"""The parts that several admin pages share: base classes, forms, filters and actions; it holds no page."""

from __future__ import annotations
