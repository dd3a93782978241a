"""Give the package a description whose links lead to the files of this version, wherever it is read.

Everything else about the package is in pyproject.toml.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent


def description() -> str:
    """Return README.md with its relative links made absolute: PyPI has none of the files that they name."""
    source = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["urls"]["Source"]
    version = re.search(r'__version__ = "(.+)"', (ROOT / "token_exchange" / "__init__.py").read_text(encoding="utf-8"))
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return re.sub(r"\]\((?!https?:|#)", f"]({source}/blob/v{version[1]}/", text)


if __name__ == "__main__":
    from setuptools import setup

    setup(long_description=description(), long_description_content_type="text/markdown")
