"""Collect the SQL statements of the site."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.signals import connection_created


@contextmanager
def naming(table: str) -> Iterator[list[str]]:
    """Collect the statements that name a table, on connections opened inside the block; every request opens its own."""
    found: list[str] = []

    def note(execute: Any, sql: str, *arguments: Any) -> Any:
        if table in sql:
            found.append(sql)
        return execute(sql, *arguments)

    def listen(sender: Any, connection: Any, **kwargs: Any) -> None:
        connection.execute_wrappers.append(note)

    connection_created.connect(listen)
    try:
        yield found
    finally:
        connection_created.disconnect(listen)
