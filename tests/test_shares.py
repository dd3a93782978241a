"""Each share of the tests contains every test function, and all shares together every parameter."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.shares import share_of


def _item(nodeid, marker=None):
    return SimpleNamespace(nodeid=nodeid, get_closest_marker=lambda name: name == marker)


ITEMS = [*(_item(f"a.py::many[{number}]") for number in range(7)), _item("a.py::two[x]"), _item("a.py::two[y]")]
ITEMS += [_item("b.py::one"), *(_item(f"b.py::names[{name}]", "every_database") for name in "pqrs")]


@pytest.mark.parametrize("number", [1, 2, 3])
def test_every_function_is_in_every_share(number):
    """Each share holds every function, and the marked ones with all of their parameters."""
    kept = share_of(ITEMS, f"{number}/3")
    assert {item.nodeid.partition("[")[0] for item in kept} == {item.nodeid.partition("[")[0] for item in ITEMS}
    assert [item for item in kept if "names" in item.nodeid] == ITEMS[-4:]


def test_the_shares_are_the_whole():
    """Together the shares hold every parameter, and each is smaller than the whole."""
    shares = [share_of(ITEMS, f"{number}/3") for number in (1, 2, 3)]
    assert {item.nodeid for share in shares for item in share} == {item.nodeid for item in ITEMS}
    assert max(map(len, shares)) < len(ITEMS)


def test_without_a_share_it_is_the_whole():
    """Without a share all tests run."""
    assert share_of(ITEMS, "") == ITEMS
