"""Run a dedicated exchange service on this machine, and the external site whose tokens it accepts."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connections

from demo_project import connection_file, epilogue
from demo_project.certificates import tls_for
from demo_project.exchange_service.lines import lines
from demo_project.exchange_service.seeding import seed
from demo_project.external_site import cast
from demo_project.external_site.process import DidNotStart, ExternalSiteProcess
from demo_project.external_site.visiting import ExternalSite
from demo_project.live import LiveLines, quieten
from demo_project.server import HOST, PortTaken, Site, port_number, use_database, wait_for_the_end
from demo_project.terminal import DIM, Terminal


class Command(BaseCommand):
    """Seed the database, serve with TLS, and print lines to copy."""

    help = "Runs a dedicated exchange service, without any login, until Ctrl-C."
    requires_system_checks = []  # from Django 6.1 on they open the database, which is not chosen yet

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the options for the port, the database and the JSON file."""
        parser.add_argument("--port", type=port_number, help="the port (default: 8000, or any free port)")
        parser.add_argument("--database", type=Path, metavar="FILE", help="the SQLite file")
        parser.add_argument(
            "--json", type=Path, metavar="FILE", help="write addresses, authorities, clients and tokens"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until Ctrl-C."""
        if options["database"]:
            use_database(options["database"])
        authority, tls = tls_for(HOST)
        try:
            self.check()
            with ExternalSiteProcess() as process, Site(options["port"], tls=tls) as site:
                quieten()  # after the site, which sets up the logs anew
                seed(process.site)
                self._serve(site.address, authority, process.site, options["json"])
        except PortTaken as error:
            raise CommandError(f"Port {options['port']} is in use.") from error
        except DidNotStart as error:
            raise CommandError(str(error)) from error
        except DatabaseError as error:
            raise CommandError(f"{connections.databases['default']['NAME']} cannot be used: {error}.") from error

    def _serve(self, site: str, authority: str, external: ExternalSite, told: Path | None) -> None:
        terminal = Terminal(self.stdout._out)
        if told:
            connection_file.write(told, connection_file.of_service(site, authority, external))
        with tempfile.TemporaryDirectory(prefix="token-exchange-demo-") as directory:
            authorities = Path(directory) / "authorities.pem"
            authorities.write_text(authority + external.authority)
            _introduce(terminal, site, external, authorities)
            exchanges = LiveLines(terminal)
            exchanges.start()
            epilogue.serving(terminal)
            wait_for_the_end()
        terminal.gap()


def _introduce(terminal: Terminal, site: str, external: ExternalSite, authorities: Path) -> None:
    terminal.title("A dedicated exchange service")
    terminal.prose(
        "This service has no login page, no authorization endpoint and no passwords. Every subject token comes from "
        "the external site. Trusted issuers say which of its tokens are accepted."
    )
    terminal.gap()
    terminal.pair("Service", f"{site}/o/token/")
    terminal.pair("External site", external.discovery)
    terminal.gap()
    terminal.prose("Lines for another terminal:")
    for what, line in lines(site, external, authorities, external.id_token(cast.LIDDELL, cast.PORTAL)):
        terminal.gap()
        terminal.line(f"# {what}", DIM)
        terminal.code([line])
