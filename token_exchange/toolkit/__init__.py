"""Give access to django-oauth-toolkit and Django: models, settings, keys, times, token values; nothing of this app."""

from __future__ import annotations
