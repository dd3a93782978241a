"""System checks, one module a concern; each hint is a sentence, then the exact lines to paste."""

from __future__ import annotations

from token_exchange.checks import databases, issuers, logins, rules, settings, targets, transport, urls, views, wiring

__all__ = ["databases", "issuers", "logins", "rules", "settings", "targets", "transport", "urls", "views", "wiring"]
