"""An outside issuer for every test here."""

from __future__ import annotations

from tests.admin.conftest import superuser
from tests.worlds.external_issuer import key_server, present, trust

__all__ = ["key_server", "present", "superuser", "trust"]
