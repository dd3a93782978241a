"""The commands work on a site without the admin."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROGRAM = """
import sys, types
import tests.settings as settings

settings.INSTALLED_APPS.remove("django.contrib.admin")
settings.ROOT_URLCONF = "without_admin"
sys.modules["without_admin"] = types.SimpleNamespace(urlpatterns=[])

import django
from django.core.management import call_command
from django.template.loader import get_template

django.setup()
get_template("token_exchange/acting_banner.html")  # the first template imports every tag library
call_command("migrate", verbosity=0)
call_command("explain_exchange", "--client", "nobody", "--subject", "nobody")
"""


def test_an_exchange_is_explained_on_a_site_without_admin():
    """`explain_exchange` runs until it looks for the client."""
    answer = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
        env={"DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONPATH": "."},
    )

    assert "There is no client 'nobody'" in answer.stderr.splitlines()[-1]
