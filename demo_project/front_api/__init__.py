"""The front API: receives a user's token, and needs what only the back API has."""

from __future__ import annotations
