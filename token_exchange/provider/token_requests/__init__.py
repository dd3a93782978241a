"""Handle a token exchange request within oauthlib, from its circumstances to its answer."""

from __future__ import annotations
