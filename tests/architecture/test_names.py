"""If a thing has no better name, it has no place yet."""

from __future__ import annotations

from tests.architecture.sources import modules

EVERYTHING = ("token_exchange", "demo_project", "tests", "benchmarks")
NOWHERE = frozenset({"utils", "helpers", "services", "managers", "constants", "types", "base", "common"})


def test_no_module_is_called_after_nothing():
    """Neither modules nor packages bear a name that says nothing."""
    assert [module.name for module in modules(*EVERYTHING) if NOWHERE & set(module.name.split("."))] == []
