"""Show how a request is read: its body, its parameters and their characters."""

from __future__ import annotations
