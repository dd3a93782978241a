"""The sites that differ from the ordinary one, as in the scenarios."""

from __future__ import annotations

from tests.scenarios.conftest import openid_connect, openid_login, signing_key

__all__ = ["openid_connect", "openid_login", "signing_key"]
