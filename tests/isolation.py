"""Isolate every test: no network, only its databases, only allowed skips, no state of other tests."""

from __future__ import annotations

import ipaddress
import os
import socket

import pytest
from django.conf import settings
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests.shares import share_of

hypothesis_settings.register_profile(
    "dev",
    max_examples=50,
    deadline=None,  # a shared machine is slow at times; time is measured elsewhere
    derandomize="CI" in os.environ,  # where nobody watches, the same examples every time
    suppress_health_check=[HealthCheck.too_slow],
)
hypothesis_settings.register_profile("deep", hypothesis_settings.get_profile("dev"), max_examples=10_000)
hypothesis_settings.register_profile("share", hypothesis_settings.get_profile("dev"), max_examples=15)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))

# Marker of a test that needs something from outside Python → the variable that forbids it to be skipped.
REQUIRED_BY = {
    "browser": "REQUIRE_BROWSER",
    "nginx": "REQUIRE_NGINX",
    "node": "REQUIRE_NODE",
    "postgres": "REQUIRE_SERVERS",
    "redis": "REQUIRE_SERVERS",
}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Keep the share that TEST_SHARE names, skip what needs another database, and open every database to tests."""
    items[:] = share_of(items, os.environ.get("TEST_SHARE", ""))
    for item in items:
        if item.get_closest_marker("postgres") and not _runs_on_postgres():
            item.add_marker(pytest.mark.skip(reason="needs TEST_DATABASE=postgres"))
        if len(settings.DATABASES) > 1:
            _open_every_database(item)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Turn a skip into a failure if the environment promises what the test was skipped for."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        for marker, variable in REQUIRED_BY.items():
            if os.environ.get(variable) and item.get_closest_marker(marker) and _could_run(marker):
                report.outcome = "failed"
                report.longrepr = f"{variable} is set, so this must run: {report.longrepr}"
    return report


@pytest.fixture(autouse=True, scope="session")
def only_loopback():
    """Fail any test that connects to another machine, or looks one up."""
    connect, connect_ex, getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def guarded_connect(self, address):
        _refuse_beyond_loopback(address, self)
        return connect(self, address)

    def guarded_connect_ex(self, address):
        _refuse_beyond_loopback(address, self)
        return connect_ex(self, address)

    def guarded_getaddrinfo(host, *args, **kwargs):
        if not (host is None or _is_address(host)):
            _refuse_beyond_loopback((host,))
        return getaddrinfo(host, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        patch.setattr(socket, "getaddrinfo", guarded_getaddrinfo)
        yield


def _refuse_beyond_loopback(address, connection=None):
    """pytest.fail is no Exception: the code under test cannot take it for an unreachable server."""
    if isinstance(address, tuple) and not _is_loopback(address[0]):
        if connection is not None:
            connection.close()  # nobody else will: left open, it would fail some later test
        pytest.fail(f"a test tried to reach {address[0]!r}; only loopback is allowed")


def _is_loopback(host):
    host = host.decode() if isinstance(host, bytes) else host
    return host in ("localhost", "") or (_is_address(host) and ipaddress.ip_address(host).is_loopback)


def _is_address(host):
    try:
        ipaddress.ip_address(host.decode() if isinstance(host, bytes) else host)
    except ValueError:
        return False
    return True


def _runs_on_postgres():
    return settings.DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql"


def _could_run(marker):
    return marker != "postgres" or _runs_on_postgres()


def _open_every_database(item):
    """pytest-django opens only the default database unless told otherwise."""
    marker = item.get_closest_marker("django_db")
    if marker and "databases" not in marker.kwargs:
        item.add_marker(pytest.mark.django_db(*marker.args, **{**marker.kwargs, "databases": "__all__"}), append=False)
    elif not marker and "_django_db_helper" in getattr(item, "fixturenames", ()):
        transaction = bool({"transactional_db", "live_server"} & set(item.fixturenames))
        item.add_marker(pytest.mark.django_db(transaction=transaction, databases="__all__"), append=False)


@pytest.fixture(autouse=True)
def no_core_of_other_settings():
    """With TEST_CACHED_CORE=1, drop the cores that the views keep: before each test, and when it changes a setting."""
    from django.core.signals import setting_changed

    if settings.OAUTH2_PROVIDER["ALWAYS_RELOAD_OAUTHLIB_CORE"]:
        yield
        return
    _drop_cores()
    setting_changed.connect(_drop_cores)
    yield
    setting_changed.disconnect(_drop_cores)


def _drop_cores(setting="OAUTH2_PROVIDER", **kwargs):
    """A site changes this setting by a restart, which leaves no core behind."""
    from oauth2_provider.views.mixins import OAuthLibMixin

    views = [OAuthLibMixin] if setting == "OAUTH2_PROVIDER" else []
    while views:
        view = views.pop()
        views.extend(view.__subclasses__())
        # A class of a test, and of the benchmark, keeps what it was given.
        if view.__module__.startswith(("oauth2_provider.", "token_exchange.")) and "_oauthlib_core" in view.__dict__:
            del view._oauthlib_core


@pytest.fixture(autouse=True)
def no_snapshot_of_another_test():
    """Drop the snapshot of the configuration before each test."""
    from django.core.cache import cache

    from token_exchange.configuration import key_locations, snapshot

    snapshot.forget()
    key_locations.forget()
    cache.clear()
