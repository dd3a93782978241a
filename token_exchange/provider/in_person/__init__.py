"""Prove that a user is there in person: by a session of the user's own login, or by the token of such a login."""

from __future__ import annotations
