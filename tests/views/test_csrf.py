"""The endpoints for clients need no CSRF token."""

from __future__ import annotations

import pytest
from django.test import Client as Browser


@pytest.mark.parametrize("path", ["/o/token/", "/o/introspect/", "/o/revoke_token/"])
def test_clients_are_not_asked_for_a_csrf_token(db, path):
    """A client authenticates by its credentials alone, because no browser sends them by itself."""
    answer = Browser(enforce_csrf_checks=True).post(
        path, {"token": "x", "grant_type": "client_credentials"}, secure=True
    )
    assert answer.status_code == 401
