"""An external issuer for every test here."""

from __future__ import annotations

from tests.admin.conftest import superuser
from tests.worlds.external_issuer import issuer, key_server, present

__all__ = ["issuer", "key_server", "present", "superuser"]
