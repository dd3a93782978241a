"""Create databases for one run, and choose the one that the site uses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.test.utils import setup_databases, teardown_databases

_current = ["default"]


class SwitchedRouter:
    """Send every query to the database that was chosen last."""

    def db_for_read(self, model, **hints):
        return _current[-1]

    def db_for_write(self, model, **hints):
        return _current[-1]

    def allow_relation(self, one, other, **hints):
        return True


@contextmanager
def switched_to(alias: str) -> Iterator[None]:
    """Make the site use another database inside the block."""
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
