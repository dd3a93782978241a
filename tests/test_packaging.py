"""The built package has the right metadata, files and links."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from setup import description

ROOT = Path(__file__).resolve().parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
URLS = PYPROJECT["project"]["urls"]
LINK = re.compile(r"\]\(([^)\s]+)\)")


@pytest.mark.parametrize("name", [path.name for path in sorted(ROOT.glob("*.md"))])
def test_every_link_of_a_page_of_the_repository_leads_to_a_file(name):
    """A reader of the checkout can follow every link."""
    links = [link for link in LINK.findall((ROOT / name).read_text(encoding="utf-8")) if not link.startswith("http")]
    assert [link for link in links if not (ROOT / link.partition("#")[0]).is_file()] == []


def test_the_description_has_absolute_links_only():
    """On PyPI, a relative link would lead nowhere; those of the README lead to the files of the released version."""
    links = LINK.findall(description())
    assert [link for link in links if not re.match(r"https?://", link)] == []
    assert any(re.fullmatch(rf"{URLS['Source']}/blob/v[\d.]+/docs/policies.md", link) for link in links)


def test_the_addresses_of_the_project_agree():
    """Every address of the project lies below the one of its source."""
    assert {url for url in URLS.values() if not url.startswith(URLS["Source"])} == set()


def test_what_the_package_brings_along_exists():
    """Each pattern of the package's data files finds at least one file."""
    package = ROOT / "token_exchange"
    patterns = PYPROJECT["tool"]["setuptools"]["package-data"]["token_exchange"]
    assert [pattern for pattern in patterns if not any(package.glob(pattern))] == []


def test_the_sdist_holds_what_a_packager_needs():
    """The tests, the documentation, and what they use are part of the sdist."""
    grafted = re.findall(r"^graft (\S+)$", (ROOT / "MANIFEST.in").read_text(encoding="utf-8"), re.MULTILINE)
    assert {"benchmarks", "demo_project", "docs", "tests"} <= set(grafted)
    assert [folder for folder in grafted if not (ROOT / folder).is_dir()] == []
