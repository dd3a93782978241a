"""A room imports only from the floors below it."""

from __future__ import annotations

import re

import pytest

from tests.architecture.sources import modules

FLOORS = (
    ("sts",),
    ("conf", "signals", "per_minute", "jose"),
    ("toolkit", "fetching"),
    ("models",),
    ("configuration",),
    ("wording",),
    ("people",),
    ("tokens",),
    ("trusted_issuers", "impersonation", "personal_access_tokens", "policies"),
    ("verifiers",),
    ("explanation",),
    ("provider",),
    ("views", "rest_framework"),
    ("admin",),
    ("management", "checks", "urls", "templatetags"),
    ("apps",),
)
"""From the ground up; `docs/architecture.md` draws the same."""

FLOOR_OF = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
STATEMENT = re.compile(r"\b(SELECT .* FROM|INSERT INTO|UPDATE .* SET|DELETE FROM)\b|\.execute\(|\.raw\(|\bRawSQL\b")


def room_of(name):
    """The room that a module of the package lies in; None for the package itself and for other packages."""
    package, _, rest = name.partition(".")
    return rest.partition(".")[0] or None if package == "token_exchange" else None


def found_rooms():
    """Every room of the package."""
    return {room_of(module.name) for module in modules()} - {None}


def test_every_room_stands_on_a_floor():
    """No room is missing from the list, and none of the list from the tree."""
    assert found_rooms() == set(FLOOR_OF)


@pytest.mark.parametrize("room", FLOOR_OF)
def test_a_room_imports_only_from_the_floors_below_it(room):
    """Every import counts: at the top, in a function, for types only."""
    upwards = [
        f"{module.name} → {name}"
        for module in modules()
        if room_of(module.name) == room
        for name in sorted(module.imports())
        if room_of(name) in FLOOR_OF and room_of(name) != room and FLOOR_OF[room_of(name)] >= FLOOR_OF[room]
    ]
    assert upwards == []


def test_hand_written_sql_stays_in_tokens():
    """Statements are written by hand in tokens/ only, where each says what it saves."""
    found = {module.name for module in modules() if STATEMENT.search(module.path.read_text())}
    assert {name for name in found if room_of(name) != "tokens"} == set()
    assert found
