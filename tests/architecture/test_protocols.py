"""Every port is proved where it is filled, and every value is frozen."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
from typing import Protocol

from tests.architecture.sources import modules


def classes_of(module):
    """The classes that a module defines itself."""
    loaded = importlib.import_module(module.name)
    return [kind for _, kind in inspect.getmembers(loaded, inspect.isclass) if kind.__module__ == loaded.__name__]


def ports():
    """The Protocols of the domain, and the names of their methods."""
    found = [kind for module in modules("token_exchange.sts") for kind in classes_of(module)]
    return {
        port: {name for name, _ in inspect.getmembers(port, inspect.isfunction) if not name.startswith("_")}
        for port in found
        if Protocol in port.__bases__
    }


def proofs(module):
    """The pairs of port and class that a module proves: `_: type[Port] = Class` under TYPE_CHECKING."""
    guarded = [
        node
        for node in module.tree.body
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    ]
    for line in (line for node in guarded for line in node.body):
        match line:
            case ast.AnnAssign(annotation=ast.Subscript(value=ast.Name(id="type")), value=ast.Name(id=kind)):
                yield ast.unparse(line.annotation.slice), kind


def test_every_port_is_small():
    """A port has one to three methods."""
    assert ports()
    assert [port.__name__ for port, methods in ports().items() if not 1 <= len(methods) <= 3] == []


def test_every_class_that_fills_a_port_proves_it():
    """A class outside the domain with all methods of a port says so to the type checker, beside itself."""
    filled = set()
    for module in modules():
        if module.is_in("token_exchange.sts", "token_exchange.management"):
            continue
        proved = set(proofs(module))
        for kind in classes_of(module):
            for port, methods in ports().items():
                if all(inspect.isfunction(getattr(kind, name, None)) for name in methods):
                    filled.add(port.__name__)
                    assert (port.__name__, kind.__name__) in proved, f"{module.name}.{kind.__name__}: {port.__name__}"
    assert filled == {port.__name__ for port in ports()}


def test_every_value_of_the_domain_is_frozen():
    """Values are frozen and have slots: nobody changes a fact after it has been proved."""
    values = [kind for module in modules("token_exchange.sts") for kind in classes_of(module)]
    values = [kind for kind in values if dataclasses.is_dataclass(kind)]
    assert len(values) > 10
    assert [kind.__name__ for kind in values if not kind.__dataclass_params__.frozen] == []
    assert [kind.__name__ for kind in values if "__slots__" not in vars(kind)] == []


def test_values_with_several_fields_are_made_by_name():
    """More than two fields are never told apart by their position, but for the lines of a trace."""
    by_position = {"Finding", "Trial", "Rule"}
    values = [kind for module in modules("token_exchange.sts") for kind in classes_of(module)]
    for kind in filter(dataclasses.is_dataclass, values):
        fields = dataclasses.fields(kind)
        if len(fields) > 2 and kind.__name__ not in by_position:
            assert all(field.kw_only for field in fields), kind.__name__
