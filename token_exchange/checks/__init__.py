"""Check the settings, URLs and rows of a site. A hint is one sentence, and the exact lines to add where that helps."""

from __future__ import annotations

from token_exchange.checks import (
    application_admin,
    databases,
    issuers,
    logins,
    rules,
    settings,
    signing,
    targets,
    transport,
    urls,
    views,
    wiring,
)

__all__ = [
    "application_admin",
    "databases",
    "issuers",
    "logins",
    "rules",
    "settings",
    "signing",
    "targets",
    "transport",
    "urls",
    "views",
    "wiring",
]
