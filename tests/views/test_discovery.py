"""The discovery document of OpenID Connect, where there is none."""

from __future__ import annotations

import pytest
from django.test import Client as Browser


@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.parametrize("path", ["openid-configuration", "openid-configuration/"])
def test_without_openid_connect_it_is_not_found(settings, debug, path):
    """A client that looks here first learns by a 404 that there is no OpenID Connect, during development too."""
    settings.DEBUG = debug
    settings.OAUTH2_PROVIDER = {**settings.OAUTH2_PROVIDER, "OIDC_ENABLED": False}
    assert Browser().get(f"/o/.well-known/{path}", secure=True).status_code == 404


def test_the_other_document_is_there_all_the_same(db, settings):
    """RFC 8414 metadata need no OpenID Connect."""
    settings.OAUTH2_PROVIDER = {**settings.OAUTH2_PROVIDER, "OIDC_ENABLED": False}
    assert "token_endpoint" in Browser().get("/o/.well-known/oauth-authorization-server", secure=True).json()
