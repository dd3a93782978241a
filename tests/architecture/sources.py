"""The package as syntax trees, so that every import is seen, wherever it stands."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Module:
    """One file of Python."""

    path: Path

    @property
    def name(self):
        """The dotted name, that of the package for its __init__."""
        return ".".join(self.path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")

    @property
    def package(self):
        """The dotted name of the package that it belongs to."""
        return self.name if self.path.stem == "__init__" else self.name.rpartition(".")[0]

    @cached_property
    def tree(self):
        """Its syntax tree."""
        return ast.parse(self.path.read_text(), str(self.path))

    def is_in(self, *packages):
        """Whether it is, or lies in, one of the packages."""
        return any(covers(package, self.name) for package in packages)

    def imports(self, tree=None):
        """Dotted names of everything imported, `a.b` and `a.b.c` for `from a.b import c`."""
        return {name for node in ast.walk(tree or self.tree) for name in self._imported(node)}

    def imports_at_once(self):
        """What importing the module imports: everything but what waits inside a function or method."""
        return {name for node in _run_at_once(self.tree) for name in self._imported(node)}

    def _imported(self, node):
        if isinstance(node, ast.Import):
            return {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            levels = self.package.split(".")[: len(self.package.split(".")) - node.level + 1] if node.level else []
            source = ".".join([*levels, *([node.module] if node.module else [])])
            return {source, *(f"{source}.{alias.name}" for alias in node.names)}
        return set()


def _run_at_once(node):
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield child
            yield from _run_at_once(child)


def covers(package, name):
    """Whether the dotted name is the package or lies in it."""
    return name == package or name.startswith(f"{package}.")


def modules(*packages):
    """Every module of these packages of the repository, migrations left out."""
    return [
        Module(path)
        for package in packages or ("token_exchange",)
        for path in sorted((ROOT / package.replace(".", "/")).rglob("*.py"))
        if "migrations" not in path.parts
    ]
