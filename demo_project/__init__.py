"""A small site that shows token exchange at work; run it with `manage.py demo`."""

from __future__ import annotations
