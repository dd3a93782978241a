"""An exchange takes at most a fixed number of statements and function calls, on every machine."""

from __future__ import annotations

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection

from benchmarks.measuring import calls, statements
from benchmarks.report import too_many_calls, too_many_statements
from benchmarks.variants import UNIT, furnish
from benchmarks.wsgi import Site


@pytest.fixture
def variants(world, settings):
    """The benchmark's requests, on its own URLs and with the core kept as on a site."""
    settings.ROOT_URLCONF = "benchmarks.urls"
    settings.OAUTH2_PROVIDER = {**settings.OAUTH2_PROVIDER, "ALWAYS_RELOAD_OAUTHLIB_CORE": False}
    furnished = {variant.name: variant for variant in furnish(world)}
    # The connection holds the test's own transaction. (Django's test client hangs this up and back as well.)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield furnished
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def gated(variants):
    """Those that the bounds hold for: every kind of answer of ours."""
    gated = [variant for variant in variants.values() if variant.gated]
    assert len(gated) >= 5
    return gated


def test_an_exchange_takes_few_statements(gated):
    """No kind of answer takes more than four statements."""
    assert not [line for variant in gated for line in too_many_statements(variant, statements(Site(), variant))]


@pytest.mark.skipif(connection.vendor == "mysql", reason="PyMySQL is written in Python, and its calls would count")
def test_an_exchange_takes_few_calls(gated):
    """No kind of answer takes more than six thousand function calls, with Django and the toolkit."""
    assert not [line for variant in gated for line in too_many_calls(variant, calls(Site(), variant))]


def test_what_is_measured_is_the_request_and_nothing_else(variants):
    """The toolkit's own grant takes three statements, counted in the same way."""
    assert len(statements(Site(), variants[UNIT]).data) == 3
