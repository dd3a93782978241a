"""All ports stand in one module, a class that fills a port subclasses it, and every value is frozen."""

from __future__ import annotations

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


def test_every_port_is_small():
    """A port has one to three methods."""
    assert ports()
    assert [port.__name__ for port, methods in ports().items() if not 1 <= len(methods) <= 3] == []


def test_all_ports_stand_on_one_page():
    """No module of the domain but `ports` defines a Protocol."""
    assert {port.__module__ for port in ports()} == {"token_exchange.sts.ports"}


def test_every_method_of_a_port_is_abstract():
    """A subclass that lacks a method cannot be instantiated: no empty method is inherited in its place."""
    for port, methods in ports().items():
        assert port.__abstractmethods__ == methods, port.__name__


def test_every_class_that_fills_a_port_subclasses_it():
    """A class outside the domain with all methods of a port names the port among its bases, for the type checker."""
    filled = set()
    for module in modules():
        if module.is_in("token_exchange.sts", "token_exchange.management"):
            continue
        for kind in classes_of(module):
            for port, methods in ports().items():
                if all(inspect.isfunction(getattr(kind, name, None)) for name in methods):
                    filled.add(port.__name__)
                    assert port in kind.__mro__, f"{module.name}.{kind.__name__}: {port.__name__}"
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
