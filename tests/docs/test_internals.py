"""Every id that a test carries is explained on a page, and the pages name the tests that exist."""

from __future__ import annotations

import re

import pytest

from tests.docs.pages import rows
from tests.docs.scenario_page import GROUPS, PAGE, page, scenarios
from tests.docs.traced_tests import TESTS, UPSTREAM, order, traced_tests

INVARIANTS = rows("internals.md", "## Invariants")[1:]
ASSUMPTIONS = rows("internals.md", "## What this package relies on in django-oauth-toolkit")
PINNED = [cells for cells in ASSUMPTIONS if len(cells) == 4 and cells[0].startswith("P")]
UNPINNED = [cells for cells in ASSUMPTIONS if len(cells) == 3 and cells[0].startswith("P")]


def files_of(cell):
    """Return the paths between backticks."""
    return set(re.findall(r"`([\w/.]+)`", cell))


def test_every_invariant_that_a_test_carries_is_explained_and_names_that_test():
    """The page lists each invariant with at least the files whose tests carry its id."""
    named = {cells[0]: files_of(cells[2]) for cells in INVARIANTS}
    carried = {(test.id, test.path) for test in traced_tests() if test.id.startswith("INV-")}
    assert len(carried) > 30
    assert {pair for pair in carried if pair[1] not in named.get(pair[0], set())} == set()


@pytest.mark.parametrize("cells", INVARIANTS, ids=[cells[0] for cells in INVARIANTS])
def test_every_file_of_an_invariant_exists(cells):
    """No invariant is listed without a test, or with the file of a test that has moved."""
    files = files_of(cells[2])
    assert files
    assert {path for path in files if not (TESTS / path).is_file()} == set()


def test_every_assumption_about_the_toolkit_is_explained_with_its_tests():
    """The page lists each behaviour that a test pins, in order, with the names of its tests."""
    pinned = {}
    for test in traced_tests():
        if UPSTREAM in test.path:
            pinned.setdefault(test.id, []).append(test.name)
    assert {cells[0]: re.findall(r"`(test_\w+)`", cells[3]) for cells in PINNED} == pinned
    assert [cells[0] for cells in PINNED] == sorted(pinned, key=order)


def test_every_assumption_that_a_docstring_names_is_explained():
    """Where a test refers to a behaviour of the toolkit as `(P25)`, the page has it."""
    texts = [path.read_text(encoding="utf-8") for path in TESTS.rglob("*.py") if "test_p10_" not in path.name]
    named = {number for text in texts for number in re.findall(r"\((?:INV-\d+, )?(P\d+[a-z]?)\)", text)}
    audits = {test.id for test in scenarios() if test.id.startswith("P")}
    assert named - audits - {cells[0] for cells in [*PINNED, *UNPINNED]} == set()


def test_every_scenario_belongs_to_a_group():
    """The page has a heading for every id that a test carries."""
    assert {order(test.id)[0] for test in scenarios()} <= set(GROUPS)


def test_every_scenario_has_a_sentence():
    """A test or a file that carries the id of a scenario has a docstring."""
    assert [f"{test.path}::{test.name}" for test in traced_tests() if not test.sentence] == []


def test_the_page_of_scenarios_is_fresh():
    """If this fails, run `python -m tests.docs.scenario_page`."""
    assert PAGE.read_text(encoding="utf-8") == page()
