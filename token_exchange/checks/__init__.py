"""System checks, one module a concern; each hint is a sentence, then the exact lines to paste."""

from __future__ import annotations

from token_exchange.checks import databases, issuers, rules, settings, targets, transport, urls, wiring

__all__ = ["databases", "issuers", "rules", "settings", "targets", "transport", "urls", "wiring"]
