"""Measure the settings that an operator can choose, each compared with the recommended one.

python -m benchmarks.operating [--database sqlite|postgres] [--rounds N]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Final

from benchmarks.start import described, start


def main() -> int:
    """Measure every setting and print its cost."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.operating", description=__doc__.splitlines()[0])
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--rounds", type=int, default=40)
    options = parser.parse_args()
    start(options.database)
    from django.db import connections

    from benchmarks.databases import fresh_databases

    # The second database has Django's defaults: SQLite's rollback journal.
    connections["full"].settings_dict["OPTIONS"].pop("init_command", None)
    with fresh_databases("default", "full"):
        _measure(options.rounds)
    return 0


def _measure(rounds: int) -> None:
    from benchmarks import measuring, report

    print(", ".join(f"{name} {version}" for name, version in described().items()), flush=True)
    spent = measuring.in_turns(_choices(), rounds)
    ratios = measuring.ratios(spent, RECOMMENDED)
    print("\n" + report.table(["", "CPU"], [[name, report.spread(ratio)] for name, ratio in ratios.items()]))


RECOMMENDED: Final = "WSGI, connections kept, SQLite in WAL"


def _choices() -> dict[str, Callable[[], float]]:
    from django.db import connection

    from benchmarks.asgi import AsynchronousSite
    from benchmarks.databases import switched_to
    from benchmarks.measuring import block
    from benchmarks.wsgi import Site

    site, exchange = Site(), _exchange("default")

    def within(choice: Callable[[], Any], variant: Any = exchange, site: Any = site) -> float:
        with choice():
            return block(site, variant)

    choices = {
        RECOMMENDED: partial(block, site, exchange),
        "CONN_MAX_AGE = 0: a connection a request": partial(within, _connection_a_request),
        # Each request has a thread of its own there, and so a connection.
        "ASGI": partial(within, _connection_a_request, site=AsynchronousSite()),
    }
    if connection.vendor == "sqlite":
        journal = partial(within, partial(switched_to, "full"), _exchange("full"))
        choices["SQLite with its rollback journal"] = journal
    return choices


def _exchange(alias: str) -> Any:
    from benchmarks.databases import switched_to
    from benchmarks.variants import OURS, furnish
    from tests.worlds.world import World

    with switched_to(alias):
        return next(variant for variant in furnish(World()) if variant.name == OURS)


@contextmanager
def _connection_a_request() -> Iterator[None]:
    from django.db import connection

    connection.close()
    connection.settings_dict["CONN_MAX_AGE"] = 0
    try:
        yield
    finally:
        connection.settings_dict["CONN_MAX_AGE"] = None
        connection.close()
        connection.ensure_connection()


if __name__ == "__main__":
    sys.exit(main())
