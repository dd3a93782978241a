"""Show token exchange on a small site; run it with `manage.py demo`."""

from __future__ import annotations
