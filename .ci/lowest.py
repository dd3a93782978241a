"""Print the lowest versions that pyproject.toml declares as constraints for pip, one `name==version` a line.

With `--runtime`, only what the package itself needs. Django is left out there: every site chooses and patches its own,
so that Django's floor says which series works, and not which release is free of published holes.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

PYPROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"
EXTRAS = ("postgres", "mysql", "redis", "test")
REQUIREMENT = re.compile(r"(?P<name>[\w.-]+)(?:\[[\w,-]+\])?>=(?P<floor>[\d.]+)(?:,<[\d.]+)?")
SAME_RELEASE = {"psycopg": "psycopg-binary"}
"""What an extra of a requirement brings along in the very same version."""


def floors(requirements: list[str]) -> Iterator[tuple[str, str]]:
    """Yield name and lowest version of each requirement; end with a message where one declares no floor."""
    for requirement in requirements:
        found = REQUIREMENT.fullmatch(requirement)
        if found is None:
            raise SystemExit(f"pyproject.toml: {requirement!r} does not say name>=version")
        yield found["name"], found["floor"]
        if found["name"] in SAME_RELEASE:
            yield SAME_RELEASE[found["name"]], found["floor"]


def main(arguments: list[str]) -> None:
    """Print the constraints."""
    project = tomllib.loads(PYPROJECT.read_text())["project"]
    runtime = arguments == ["--runtime"]
    extras = EXTRAS[:-1] if runtime else EXTRAS
    optional = [requirement for extra in extras for requirement in project["optional-dependencies"][extra]]
    lowest = dict(floors([*project["dependencies"], *optional]))
    if runtime:
        del lowest["Django"]
    sys.stdout.writelines(f"{name}=={version}\n" for name, version in sorted(lowest.items(), key=_folded))


def _folded(pair: tuple[str, str]) -> str:
    return pair[0].lower()


if __name__ == "__main__":
    main(sys.argv[1:])
