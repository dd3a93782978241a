"""Provide the front API, which gets a user's token and needs data that only the back API has."""

from __future__ import annotations
