"""Django-oauth-toolkit's models, settings and keys, and values that are stored as checksums; nothing of this app."""

from __future__ import annotations
