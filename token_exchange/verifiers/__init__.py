"""One file per kind of token that can be presented."""

from __future__ import annotations
