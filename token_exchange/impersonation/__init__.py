"""Acting as another user: permissions, tickets, and what both users see of it."""

from __future__ import annotations
