"""Read from the tests' source which ids they carry: in a function's name, in a marker, or in the name of their file.

`test_a18_…` carries A18, `test_e08_e09_…` E08 and E09, `test_inv_12_…` INV-12, `test_txs_006_…` TXS-006, and
`@pytest.mark.scenario("O02")` O02. The tests of the toolkit's behaviour carry P1, P5b and so on,
which are ids of their own.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"
UPSTREAM = "test_upstream_assumptions"

INVARIANT = re.compile(r"test_inv_?(\d+)(?:_(\d+)(?=_))?_")
INCIDENT = re.compile(r"test_txs_(\d{3})_")
SCENARIOS = re.compile(r"test((?:_[a-q]\d{2}[a-z]?)+)_")
ASSUMPTION = re.compile(r"test_p(\d+[a-z]?)_")


class TracedTest(NamedTuple):
    """An id, and the test function or the whole file that carries it."""

    id: str
    path: str
    name: str
    sentence: str


@cache
def traced_tests() -> tuple[TracedTest, ...]:
    """Return every pair of an id and a test or file that carries it, files in alphabetical order."""
    return tuple(found for path in sorted(TESTS.rglob("test_*.py")) for found in _in_file(path))


def order(identifier: str) -> tuple[str, int, str]:
    """Return a sort key that puts C9 before C10, and C10 before C10b."""
    letters, number, rest = re.fullmatch(r"([A-Z]+-?)(\d+)(\w*)", identifier).groups()
    return letters, int(number), rest


def _in_file(path: Path) -> Iterator[TracedTest]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    place = path.relative_to(TESTS).as_posix()
    of_file = {*_of_name(path.name.replace(".py", "_"), place), *_of_markers(_loose(tree))}
    yield from (TracedTest(each, place, "", _sentence(tree)) for each in sorted(of_file, key=order))
    for prefix, function, inherited in _functions(tree):
        ids = {*_of_name(function.name, place), *_of_markers(function.decorator_list), *inherited}
        for each in sorted(ids - of_file, key=order):
            yield TracedTest(each, place, f"{prefix}{function.name}", _sentence(function))


def _loose(tree: ast.Module) -> list[ast.stmt]:
    """Statements of a module that belong to no function or class: `pytestmark = …`."""
    return [node for node in tree.body if not isinstance(node, (ast.FunctionDef, ast.ClassDef))]


def _functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef, set[str]]]:
    """Yield every test with the name of its class and the ids that the class carries."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield "", node, set()
        if isinstance(node, ast.ClassDef):
            ids = _of_markers(node.decorator_list)
            tests = [method for method in node.body if isinstance(method, ast.FunctionDef)]
            yield from ((f"{node.name}::", test, ids) for test in tests if test.name.startswith("test_"))


def _of_name(name: str, place: str) -> set[str]:
    if UPSTREAM in place:
        return {f"P{number}" for number in ASSUMPTION.findall(name)}
    if found := INVARIANT.match(name):
        return {f"INV-{int(number)}" for number in found.groups() if number}
    if found := INCIDENT.match(name):
        return {f"TXS-{found[1]}"}
    found = SCENARIOS.match(name)
    return {f"{each[0].upper()}{each[1:]}" for each in found[1].strip("_").split("_")} if found else set()


def _of_markers(nodes: list[ast.AST]) -> set[str]:
    calls = (call for node in nodes for call in ast.walk(node) if isinstance(call, ast.Call))
    return {str(call.args[0].value) for call in calls if ast.unparse(call.func) == "pytest.mark.scenario"}


def _sentence(node: ast.Module | ast.FunctionDef) -> str:
    return (ast.get_docstring(node) or "").partition("\n")[0]
