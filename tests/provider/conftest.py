"""The site without this package."""

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
    """The toolkit with its own classes and URLs; a function that changes further settings of it."""
    settings.ROOT_URLCONF = "tests.urls_stock"
    own = {name: value for name, value in settings.OAUTH2_PROVIDER.items() if name not in OURS}

    def configure(**changes):
        settings.OAUTH2_PROVIDER = {**own, **changes}

    configure()
    return configure
