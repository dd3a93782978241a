"""Show token exchange at work on this machine, and keep the site running for the reader to try."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connections

from demo_project import connection_file, epilogue, seeding
from demo_project.external_site.process import DidNotStart, ExternalSiteProcess
from demo_project.live import LiveLines, quieten
from demo_project.server import PortTaken, Site, port_number, use_database, wait_for_the_end
from demo_project.story.stage import Stage
from demo_project.story.telling import tell
from demo_project.terminal import BOLD, GREEN, RED, Terminal


class Command(BaseCommand):
    """Seed the database, serve, run the demo, and keep serving."""

    help = "Shows token exchange at work over real HTTP on this machine, then keeps serving until Ctrl-C."
    requires_system_checks = []  # from Django 6.1 on they open the database, which is not chosen yet

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the options for the port, the database, the JSON file and the check."""
        parser.add_argument("--port", type=port_number, help="the port (default: 8000, or any free port)")
        parser.add_argument("--database", type=Path, metavar="FILE", help="the SQLite file (default: demo.sqlite3)")
        parser.add_argument("--json", type=Path, metavar="FILE", help="write addresses, clients, users and tokens")
        parser.add_argument(
            "--check",
            action="store_true",
            help="run the demo on a new database, and exit with 0 if everything is as it says",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the demo; then exit, or keep serving."""
        terminal = Terminal(self.stdout._out, colour=_colour(options))
        with ExitStack() as stack:
            database = options["database"]
            if database is None and options["check"]:
                directory = stack.enter_context(tempfile.TemporaryDirectory(prefix="token-exchange-demo-"))
                database = Path(directory) / "demo.sqlite3"
            if database is not None:
                use_database(database)
            try:
                site = stack.enter_context(Site(options["port"]))
            except PortTaken as error:
                hint = "Without --port, the demo uses a free one."
                raise CommandError(f"Port {options['port']} is in use. {hint}") from error
            quieten()  # after the site, which sets up the logs anew
            stage = self._tell(site, stack.enter_context(ExternalSiteProcess()), terminal)
            if options["json"]:
                connection_file.write(options["json"], connection_file.of_demo(site.address, stage.external))
            if options["check"]:
                connections.close_all()
                raise SystemExit(1 if stage.broken else 0)
            self._serve(stage, can_explain=options["database"] is None)

    def _tell(self, site: Site, external: ExternalSiteProcess, terminal: Terminal) -> Stage:
        try:
            self.check()
            terminal.progress("Preparing", seeding.steps(site.address, lambda: external.site))
        except DatabaseError as error:
            database = connections.databases["default"]["NAME"]
            raise CommandError(f"{database} cannot be used: {error}. Delete it, and start again.") from error
        except DidNotStart as error:
            raise CommandError(str(error)) from error
        stage = Stage(site.address, external.site, terminal)
        try:
            tell(stage)
        except Exception as error:
            # Whatever it was, the reader is better served by the rest than by a traceback alone.
            stage.claim(False, f"The demo continues without this part: {type(error).__name__}: {error}")
        terminal.gap()
        held = stage.claims - len(stage.broken)
        terminal.line(f"   {held} of {stage.claims} claims are true.", BOLD, RED if stage.broken else GREEN)
        return stage

    def _serve(self, stage: Stage, *, can_explain: bool) -> None:
        terminal = stage.terminal
        epilogue.tell(stage, can_explain=can_explain)
        lines = LiveLines(terminal)
        lines.start()
        epilogue.serving(terminal)
        wait_for_the_end()
        terminal.gap()


def _colour(options: dict[str, Any]) -> bool | None:
    if options["no_color"]:
        return False
    return True if options["force_color"] else None
