"""Show how actor tokens, chains of actors and `may_act` decide who acts."""

from __future__ import annotations
