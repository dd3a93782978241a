"""What an answer means: which policy decided, by which rule, and what would have to change."""

from __future__ import annotations
