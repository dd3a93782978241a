"""Run the external site until its standard input ends, which is when the process that started it ends."""

from __future__ import annotations

import json
import logging
import sys
import tempfile
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connections

from demo_project.certificates import tls_for
from demo_project.external_site.seeding import seed
from demo_project.server import HOST, Site, use_database


class Command(BaseCommand):
    """Serve with TLS on a free port, and print the address as one line of JSON."""

    help = "Runs the external site of the demo; `manage.py demo` starts it."
    requires_system_checks = []  # from Django 6.1 on they open the database, which is not chosen yet

    def handle(self, *args: Any, **options: Any) -> None:
        """Seed, serve, print the address and the certificate authority, and wait for the end of the input."""
        authority, tls = tls_for(HOST)
        with tempfile.TemporaryDirectory(prefix="token-exchange-demo-") as directory:
            use_database(Path(directory) / "external.sqlite3")
            self.check()
            seed()
            with Site(0, tls=tls) as site:
                logging.getLogger("django").setLevel(logging.CRITICAL)
                self.stdout.write(json.dumps({"address": site.address, "authority": authority}))
                self.stdout.flush()
                sys.stdin.read()
            connections.close_all()
