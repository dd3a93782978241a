"""Show impersonation permissions, one user's permissions, and tickets; staff request and decide tickets here."""

from __future__ import annotations
