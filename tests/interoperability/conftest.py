"""The OpenID provider from npm."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def external_issuer(tmp_path_factory):
    """oidc-provider, serving on loopback."""
    from tests.interoperability.external_login import FOLDER, ExternalIssuer

    if not shutil.which("node"):
        pytest.skip("there is no node")
    if not (FOLDER / "node_modules" / "oidc-provider").is_dir():
        pytest.skip(f"oidc-provider is not installed; run `npm ci` in {FOLDER.relative_to(Path.cwd())}")
    running = ExternalIssuer(tmp_path_factory.mktemp("external_issuer"))
    yield running
    running.stop()
