"""Read headings, tables and code blocks from the pages of docs/."""

from __future__ import annotations

import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "docs"
PAGES = sorted(FOLDER.glob("*.md"))
PACKAGE = FOLDER.parent / "token_exchange"


def text_of(name):
    """The text of a page."""
    return (FOLDER / name).read_text(encoding="utf-8")


def blocks(name, language):
    """The fenced blocks of a page in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text_of(name), re.MULTILINE | re.DOTALL)


def rows(name, heading=""):
    """The cells of every table row below a heading of a page, up to the next heading."""
    section = text_of(name)
    if heading:
        section = section.partition(f"\n{heading}\n")[2]
        assert section, f"{name} has no heading {heading}"
        section = re.split(r"^#+ ", section, maxsplit=1, flags=re.MULTILINE)[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def codes(name, heading=""):
    """What stands between backticks in the first cell of every table row, in order."""
    return [cells[0].strip("`") for cells in rows(name, heading) if re.fullmatch(r"`[\w.]+`", cells[0])]
