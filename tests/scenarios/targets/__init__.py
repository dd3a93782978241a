"""Show which targets a token can be issued for."""

from __future__ import annotations
