"""The checks report models in another database, and names and URIs of several targets."""

from __future__ import annotations

import textwrap

import pytest
from django.db import connections

from tests.checks.cure import found, lines_of
from token_exchange.checks.targets import repetitions
from token_exchange.models import Target
from token_exchange.toolkit.compat import token_database


@pytest.mark.parametrize("direction", ["db_for_read", "db_for_write"])
def test_models_in_another_database(settings, direction):
    """Models in another database than the access tokens are reported (P42), and the lines correct it."""

    class Astray:
        pass

    settings.DATABASE_ROUTERS = [Astray(), *settings.DATABASE_ROUTERS]
    send_astray(settings.DATABASE_ROUTERS[0], direction, "")
    message = found()["E005"]
    assert "ExchangeRecord" in message.msg
    send_astray(settings.DATABASE_ROUTERS[0], direction, lines_of(message.hint))
    assert found() == {}


def send_astray(router, direction, first_lines):
    """Make a router send the app's models to another database, after running these lines."""
    body = f"{first_lines}\nreturn 'astray' if model._meta.app_label == 'token_exchange' else None"
    namespace = {}
    exec(f"def route(model, **hints):\n{textwrap.indent(body, '    ')}", namespace)
    setattr(router, direction, namespace["route"])


@pytest.mark.compliance("RFC 8693", "2.1")
def test_a_resource_of_two_targets(world):
    """A URI of two enabled targets is reported (TX-014), and the lines disable the later one only."""
    using = token_database()
    later = world.make_target("later-api", resources=["https://later.example/", "https://back-api.example/"])
    assert found() == {}
    message = found(databases=[using])["E010"]
    assert "https://back-api.example/" in message.msg
    exec(lines_of(message.hint), {})
    assert found(databases=[using]) == {}
    assert list(Target.objects.filter(enabled=False)) == [later]


def test_a_name_of_two_targets():
    """Two targets of one name are reported, if the database has lost its constraint (TX-014)."""
    targets = [("a", ["https://a.example/"]), ("b", []), ("a", ["https://c.example/"])]
    assert list(repetitions(targets)) == [("The audience name 'a'", "a")]
    assert list(repetitions(targets[:2])) == []


def test_before_the_first_migration(monkeypatch, db):
    """Without tables, as when `migrate` runs the checks, nothing is reported."""
    introspection = connections[token_database()].introspection
    monkeypatch.setattr(introspection, "table_names", lambda: [])
    monkeypatch.setattr(Target, "objects", None)
    assert found(databases=[token_database()]) == {}
