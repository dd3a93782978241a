"""Admin pages of impersonation permissions, of one user's permissions, and of tickets: list, request, decision."""

from __future__ import annotations
