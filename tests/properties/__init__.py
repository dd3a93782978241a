"""Laws that hold for whatever can be generated."""

from __future__ import annotations
