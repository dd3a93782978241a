"""The run on the lowest versions uses those that pyproject.toml declares."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = ("postgres", "mysql", "redis", "test")
RUNTIME = PROJECT["dependencies"]
DECLARED = sorted({*RUNTIME, *(text for extra in EXTRAS for text in PROJECT["optional-dependencies"][extra])})


def constraints(*options):
    """What the script prints, as names and versions."""
    command = [sys.executable, str(ROOT / ".ci" / "lowest.py"), *options]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return {name: Version(version) for name, version in (line.split("==") for line in printed.splitlines())}


@pytest.mark.parametrize("text", DECLARED)
def test_each_declared_floor_is_the_constraint(text):
    """The floor itself is installed; what an extra adds in the same version is held there, too."""
    requirement, printed = Requirement(text), constraints()
    (floor,) = [Version(part.version) for part in requirement.specifier if part.operator == ">="]
    assert printed[requirement.name] == floor
    assert requirement.specifier.contains(printed[requirement.name])


def test_nothing_else_is_held():
    """What is not declared comes as its own requirements say; psycopg's binary part has psycopg's version."""
    assert set(constraints()) == {Requirement(text).name for text in DECLARED} | {"psycopg-binary"}


def test_what_is_asked_for_published_holes():
    """All that a site gets from this package, except Django, which every site patches by itself."""
    names = {Requirement(text).name for text in RUNTIME} - {"Django"}
    assert names < set(constraints("--runtime")) < set(constraints())
    assert "Django" not in constraints("--runtime")


@pytest.mark.parametrize(
    ("name", "vulnerable"),
    [
        ("django-oauth-toolkit", "3.4.0"),
        ("oauthlib", "4.0.0"),
        ("PyJWT", "2.14.0"),
        ("cryptography", "48.0.0"),
        ("PyMySQL", "1.1.0"),
    ],
)
def test_no_floor_lets_a_version_in_that_fails_or_has_a_hole(name, vulnerable):
    """3.4.0 of the toolkit does not start with this package; the others were replaced for a published hole."""
    requirement = next(Requirement(text) for text in DECLARED if Requirement(text).name == name)
    assert not requirement.specifier.contains(vulnerable)
