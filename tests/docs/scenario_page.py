"""Write docs/scenarios.md from the tests: `python -m tests.docs.scenario_page`."""

from __future__ import annotations

from collections.abc import Iterator

from tests.docs.pages import FOLDER
from tests.docs.traced_tests import UPSTREAM, TracedTest, order, traced_tests

PAGE = FOLDER / "scenarios.md"

GROUPS = {
    "A": "Requests",
    "B": "Client authentication, and which clients may exchange",
    "C": "Subject tokens that this server issued",
    "D": "Tokens of external issuers",
    "E": "From the subject of an external token to a user",
    "F": "Actor tokens and delegation",
    "G": "Acting as another user",
    "H": "Scopes",
    "I": "Audiences and resources",
    "J": "Lifetimes",
    "K": "Refresh",
    "L": "Revocation",
    "M": "Policies",
    "N": "Personal access tokens",
    "O": "Administrators and their permissions",
    "P": "Records and answers",
    "Q": "Failures of other servers",
    "TXS-": "Faults that other servers published",
}

HEAD = """\
# Scenarios

Each row is one situation that the server must handle, with the sentence of the test that shows it. A test carries its
scenario in its name (`test_a18_…` shows A18) or in a marker (`@pytest.mark.scenario("O02")`). Where the last column
names a file alone, all tests of that file show the scenario. The paths are relative to `tests/`.

What holds in all scenarios is listed as invariants in [Internals](internals.md).

This page is written by `python -m tests.docs.scenario_page`, and a test fails while it is out of date. Change the
docstring of the test, then run the command.
"""


def page() -> str:
    """Return the text of the page as the tests are now."""
    return HEAD + "".join(f"\n{section}" for section in _sections())


def scenarios() -> list[TracedTest]:
    """Return the tests that carry the id of a scenario, in the order of the page."""
    found = [test for test in traced_tests() if not test.id.startswith("INV-") and UPSTREAM not in test.path]
    return sorted(found, key=lambda test: order(test.id))


def _sections() -> Iterator[str]:
    for letters, heading in GROUPS.items():
        rows = [_row(test) for test in scenarios() if order(test.id)[0] == letters]
        title = heading if letters.endswith("-") else f"{letters}. {heading}"
        yield "\n".join([f"## {title}", "", "| id | what the test shows | test |", "|---|---|---|", *rows, ""])


def _row(test: TracedTest) -> str:
    place = f"{test.path}::{test.name}" if test.name else test.path
    return f"| {test.id} | {test.sentence.replace('|', chr(92) + '|')} | `{place}` |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
