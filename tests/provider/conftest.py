"""Fixtures of a site that does not use this app."""

from __future__ import annotations

import pytest

OURS = (
    "OAUTH2_VALIDATOR_CLASS",
    "OAUTH2_BACKEND_CLASS",
    "OAUTH2_SERVER_CLASS",
    "OIDC_SERVER_CLASS",
    "OAUTH2_GRANT_TYPES_SUPPORTED",
)


@pytest.fixture
def stock(settings):
    """Configure the toolkit with its own classes and URLs; return a function that changes more of its settings."""
    settings.ROOT_URLCONF = "tests.urls_stock"
    own = {name: value for name, value in settings.OAUTH2_PROVIDER.items() if name not in OURS}

    def configure(**changes):
        settings.OAUTH2_PROVIDER = {**own, **changes}

    configure()
    return configure
