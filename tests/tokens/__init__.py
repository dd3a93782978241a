"""The ORM at the border of the domain."""

from __future__ import annotations
