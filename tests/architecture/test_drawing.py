"""`docs/architecture.md` draws the rooms on the floors where they are, and only arrows that exist."""

from __future__ import annotations

import re

from tests.architecture.sources import ROOT, modules
from tests.architecture.test_floors import FLOOR_OF, FLOORS, room_of

PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
DRAWING = re.search(r"```mermaid\n(.*?)```", PAGE, re.DOTALL)[1]
ARROWS = set(re.findall(r"^    (\w+) --> (\w+)$", DRAWING, re.MULTILINE))


def test_the_drawing_has_the_rooms_of_every_floor():
    """From top to bottom, each subgraph of the drawing holds the rooms of one floor."""
    drawn = [set(rooms.split()) for rooms in re.findall(r"subgraph \w+\n(.*?)\n    end", DRAWING, re.DOTALL)]
    assert drawn == [set(rooms) for rooms in reversed(FLOORS)]


def test_every_arrow_is_an_import():
    """An arrow from one room to another stands for at least one import."""
    imports = {(room_of(module.name), room_of(name)) for module in modules() for name in module.imports()}
    assert ARROWS - imports == set()


def test_every_room_has_an_arrow():
    """No room of the drawing is left unconnected."""
    assert {room for arrow in ARROWS for room in arrow} == set(FLOOR_OF)


def test_the_table_explains_every_room():
    """Each room has a row that says what it is for."""
    table = PAGE.partition("| room |")[2].partition("\n\n")[0]
    cells = [line.split(" | ")[0] for line in table.splitlines() if line.startswith("| `")]
    assert {room for cell in cells for room in re.findall(r"`(\w+)`", cell)} == set(FLOOR_OF)
