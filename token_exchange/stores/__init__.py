"""The ORM, translated at the border into frozen values."""

from __future__ import annotations
