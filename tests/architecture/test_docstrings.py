"""Everything public says in a sentence what it is."""

from __future__ import annotations

import ast

from tests.architecture.sources import modules

DEFINITIONS = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
OPTIONS = ("Meta", "Media")  # Django reads these; nobody else does


def public(parent, name):
    """Every public definition below a module or class, with its dotted name."""
    for node in parent.body:
        if isinstance(node, DEFINITIONS) and not node.name.startswith("_") and node.name not in OPTIONS:
            yield f"{name}.{node.name}", node
            if isinstance(node, ast.ClassDef):
                yield from public(node, f"{name}.{node.name}")


def test_every_public_module_says_what_it_is():
    """A module that holds anything begins with a sentence."""
    found = [module for module in modules() if module.tree.body and "._" not in module.name]
    assert [module.name for module in found if not ast.get_docstring(module.tree)] == []


def test_every_public_class_and_function_says_what_it_is():
    """So does every public class, method, property and function."""
    found = [pair for module in modules() for pair in public(module.tree, module.name)]
    assert len(found) > 100
    assert [name for name, node in found if not ast.get_docstring(node)] == []


def test_every_sentence_ends():
    """A docstring begins with one whole sentence on its first line."""
    found = [pair for module in modules() for pair in public(module.tree, module.name)]
    first_lines = {name: (ast.get_docstring(node) or "").partition("\n")[0] for name, node in found}
    assert [name for name, line in first_lines.items() if line and not line.endswith((".", ":", "?"))] == []
