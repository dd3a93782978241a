"""The OAuth provider: the only place that knows oauthlib and django-oauth-toolkit."""

from __future__ import annotations
