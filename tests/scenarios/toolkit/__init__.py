"""Show the toolkit's own views and grants beside this app."""

from __future__ import annotations
