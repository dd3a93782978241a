"""Show how users make personal access tokens, and how clients exchange them."""

from __future__ import annotations
