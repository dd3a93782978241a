"""The toolkit's own grants give the same answers and rows with the app's classes as without them."""

from __future__ import annotations

import random
import uuid
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest
import time_machine
from django.core.cache import cache
from django.db import connections, transaction
from oauthlib import common

from tests.provider.toolkit_grants import GRANTS, Play, rows
from tests.settings import private_key

OURS = {
    "OAUTH2_VALIDATOR_CLASS": "token_exchange.provider.validator.TokenExchangeValidator",
    "OAUTH2_BACKEND_CLASS": "token_exchange.provider.backend.TokenExchangeBackend",
}
OUR_SERVER = {"OAUTH2_SERVER_CLASS": "token_exchange.provider.server.TokenExchangeServer"}
OUR_OIDC_SERVER = {"OIDC_SERVER_CLASS": "token_exchange.provider.server.OIDCTokenExchangeServer"}
MOMENT = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def openid():
    """Return the settings that switch OpenID Connect on."""
    return {"OIDC_ENABLED": True, "OIDC_RSA_PRIVATE_KEY": private_key()}


@pytest.fixture
def foreseeable(monkeypatch):
    """Return a function that resets clock and random numbers, so that equal requests create equal tokens."""

    def begin(stack):
        chance = random.Random(8693)
        monkeypatch.setattr(common, "SystemRandom", lambda: chance)
        monkeypatch.setattr(uuid, "uuid4", lambda: uuid.UUID(int=chance.getrandbits(128), version=4))
        stack.enter_context(time_machine.travel(MOMENT, tick=False))

    return begin


@pytest.fixture
def transcript(world, settings, foreseeable):
    """Return a function that plays a grant under these settings, rolls it back, and returns answers and rows."""
    world.spa.algorithm = "RS256"
    world.spa.save()
    common_settings = {
        name: value
        for name, value in settings.OAUTH2_PROVIDER.items()
        if not name.startswith("OIDC_") and not name.endswith("_CLASS")
    }

    def play(grant, provider, urls):
        scopes = {**common_settings["SCOPES"], "openid": "Know who you are"}
        settings.OAUTH2_PROVIDER = {**common_settings, "SCOPES": scopes, **provider}
        settings.ROOT_URLCONF = urls
        cache.clear()
        run = Play(world, scope="openid read write" if "OIDC_ENABLED" in provider else "read write")
        with ExitStack() as stack:
            foreseeable(stack)
            for alias in connections:
                stack.enter_context(transaction.atomic(using=alias))
            grant(run)
            left = rows()
            for alias in connections:
                transaction.set_rollback(True, using=alias)
        return run.heard, left

    return play


@pytest.mark.parametrize("urls", ["tests.urls", "tests.urls_stock"])
@pytest.mark.parametrize("oidc", [False, True], ids=["OAuth", "OpenID Connect"])
@pytest.mark.parametrize("grant", GRANTS, ids=lambda grant: grant.__name__)
def test_as_without_the_app(transcript, openid, grant, oidc, urls):
    """Status, headers, body and rows of every answer are the same with the app's classes and without."""
    more = openid if oidc else {}
    server = OUR_OIDC_SERVER if oidc else OUR_SERVER
    without = transcript(grant, more, "tests.urls_stock")
    heard, left = transcript(grant, {**more, **OURS, **server}, urls)
    for ours, theirs in zip(heard, without[0], strict=True):
        assert ours == theirs
    assert left == without[1]
    assert left["ours"] == 0


@pytest.mark.parametrize("grant", GRANTS[:3], ids=lambda grant: grant.__name__)
def test_tokens_are_made(transcript, grant):
    """The transcripts that are compared contain issued tokens and new rows, not only refusals."""
    heard, left = transcript(grant, {}, "tests.urls_stock")
    assert [status for _name, status, _headers, _body in heard].count(200) >= 3
    assert sum(map(len, [left[name] for name in left if "AccessToken" in name])) >= 3
