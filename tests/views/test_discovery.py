"""The discovery document of OpenID Connect on a site without OpenID Connect."""

from __future__ import annotations

import pytest
from django.test import Client as Browser


@pytest.mark.parametrize("debug", [True, False])
@pytest.mark.parametrize("path", ["openid-configuration", "openid-configuration/"])
def test_without_openid_connect_it_is_not_found(settings, debug, path):
    """The URL answers 404, even with DEBUG on, so that clients look elsewhere."""
    settings.DEBUG = debug
    settings.OAUTH2_PROVIDER = {**settings.OAUTH2_PROVIDER, "OIDC_ENABLED": False}
    assert Browser().get(f"/o/.well-known/{path}", secure=True).status_code == 404


def test_the_other_document_is_there_all_the_same(db, settings):
    """RFC 8414 metadata are served without OpenID Connect."""
    settings.OAUTH2_PROVIDER = {**settings.OAUTH2_PROVIDER, "OIDC_ENABLED": False}
    assert "token_endpoint" in Browser().get("/o/.well-known/oauth-authorization-server", secure=True).json()
