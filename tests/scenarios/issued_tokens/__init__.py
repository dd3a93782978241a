"""Show which kinds of tokens an exchange issues, and what each is good for."""

from __future__ import annotations
