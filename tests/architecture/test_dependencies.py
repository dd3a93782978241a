"""Who may know whom."""

from __future__ import annotations

import sys

from tests.architecture.sources import Module, covers, modules

DOMAIN = "token_exchange.sts"
PROVIDER = "token_exchange.provider"
# What tells the time, draws lots, reads or writes; the domain is given facts instead.
OUTSIDE_WORLD = (
    *("asyncio", "datetime", "glob", "http", "io", "logging", "multiprocessing", "os", "pathlib", "random", "secrets"),
    *("select", "shutil", "signal", "socket", "sqlite3", "ssl", "subprocess", "tempfile", "threading", "time", "uuid"),
)


def known_by(found, *packages):
    """What these modules import from these packages, as `module → import`."""
    return [
        f"{module.name} → {name}"
        for module in found
        for name in sorted(module.imports())
        if any(covers(package, name) for package in packages)
    ]


def test_imports_are_seen_wherever_they_stand():
    """The tests below read every import: absolute, relative, aliased, inside a function or behind a condition."""
    module = Module(modules("tests.architecture")[0].path.parent / "sources.py")
    assert {"ast", "dataclasses.dataclass", "pathlib"} <= module.imports()
    assert known_by(modules("token_exchange.provider"), "oauthlib.oauth2") != []
    grant = next(module for module in modules() if module.name == f"{PROVIDER}.token_requests.grant")
    assert f"{PROVIDER}.token_requests.composition" in grant.imports()


def test_the_domain_needs_the_standard_library_alone():
    """sts/ imports the standard library and itself: no Django, no oauthlib, nothing else of the app."""
    foreign = [
        f"{module.name} → {name}"
        for module in modules(DOMAIN)
        for name in sorted(module.imports())
        if not covers(DOMAIN, name) and name.partition(".")[0] not in sys.stdlib_module_names
    ]
    assert foreign == []


def test_the_domain_reads_no_clock_and_does_no_io():
    """decide() is pure because nothing that it could reach is not: no clock, no chance, no file, no socket."""
    assert known_by(modules(DOMAIN), *OUTSIDE_WORLD) == []


def test_only_the_provider_speaks_oauthlib():
    """oauthlib is known in provider/ and nowhere else."""
    assert known_by([module for module in modules() if not module.is_in(PROVIDER)], "oauthlib") == []


def test_only_the_provider_speaks_to_the_toolkit():
    """oauth2_provider is known in toolkit/ and provider/, and where there is something of it to inherit from."""
    heirs = [f"token_exchange.{name}" for name in ("toolkit", "rest_framework", "views", "admin")]
    others = [module for module in modules() if not module.is_in(PROVIDER, "token_exchange.models", *heirs)]
    assert known_by(others, "oauth2_provider") == []


def test_models_take_nothing_but_the_swappable_settings_from_the_toolkit():
    """Foreign keys follow the settings of the toolkit; its classes are never imported."""
    allowed = {"oauth2_provider.settings", "oauth2_provider.settings.oauth2_settings"}
    found = {name for module in modules("token_exchange.models") for name in module.imports()}
    assert {name for name in found if covers("oauth2_provider", name)} <= allowed


def test_the_provider_is_not_loaded_with_the_models():
    """The toolkit resolves its models when its validators are imported, so nothing may import them too early (P5c)."""
    early = [module for module in modules() if module.is_in("token_exchange.models", "token_exchange.apps", DOMAIN)]
    at_once = [f"{module.name} → {name}" for module in early for name in sorted(module.imports_at_once())]
    assert [line for line in at_once if covers(PROVIDER, line.partition(" → ")[2])] == []


def test_only_the_grant_composes():
    """The ports are filled in one place, and only the composition's user knows it."""
    composing = known_by(modules(), f"{PROVIDER}.token_requests.composition")
    assert {line.partition(" → ")[0] for line in composing} == {f"{PROVIDER}.token_requests.grant"}


def test_nothing_depends_on_tests_or_on_the_demo():
    """The package can be installed without the rest of the repository."""
    assert known_by(modules(), "tests", "demo_project", "benchmarks") == []
