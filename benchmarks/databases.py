"""Databases for one run, and the switch that says which of them the site is on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.test.utils import setup_databases, teardown_databases

_current = ["default"]


class SwitchedRouter:
    """Sends every query to the database that is switched on."""

    def db_for_read(self, model, **hints):
        return _current[-1]

    def db_for_write(self, model, **hints):
        return _current[-1]

    def allow_relation(self, one, other, **hints):
        return True


@contextmanager
def switched_to(alias: str) -> Iterator[None]:
    """Let the whole site live in another database for a while."""
    _current.append(alias)
    try:
        yield
    finally:
        _current.pop()


@contextmanager
def fresh_databases(*aliases: str) -> Iterator[None]:
    """Create and migrate empty databases, and drop them at the end."""
    made = setup_databases(verbosity=0, interactive=False, aliases=list(aliases))
    try:
        yield
    finally:
        teardown_databases(made, verbosity=0)
