"""django-allauth beside us: its social accounts, its sessions, and what else makes a request somebody's."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SITE = Path(__file__).parent / "site_with_allauth"
SETTINGS = "tests.interoperability.site_with_allauth.settings"


def test_the_site_with_allauth():
    """The tests of a site with django-allauth pass; its apps cannot be installed halfway through a process."""
    pytest.importorskip("allauth", reason="django-allauth is not installed")
    root = SITE.parents[2]
    options = ["-q", "-p", "no:cacheprovider", "-o", "addopts=", f"--ds={SETTINGS}"]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *options, str(SITE / "accounts.py"), str(SITE / "sessions.py")],
        cwd=root,
        # One kind of site is enough: which database it has is looked at elsewhere.
        env={name: value for name, value in os.environ.items() if not name.startswith(("TEST_", "PYTEST_", "COV_"))},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
