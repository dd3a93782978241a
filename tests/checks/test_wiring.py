"""The server, validator and backend that the toolkit uses."""

from __future__ import annotations

import pytest
from oauth2_provider.settings import oauth2_settings
from oauthlib.oauth2 import Server
from oauthlib.openid import Server as OpenIDServer

from tests.checks.cure import assert_cured, configure, found, paste
from token_exchange.provider.backend import TokenExchangeBackendMixin
from token_exchange.provider.compat import token_database


def test_a_well_configured_site_hears_nothing(db):
    """The settings of these tests pass every check, those before deployment included."""
    assert found(deploy=True, databases=[token_database()]) == {}


WIRING = {
    "E001": {"OAUTH2_SERVER_CLASS": None, "OIDC_ENABLED": False},
    "E002": {"OAUTH2_VALIDATOR_CLASS": None},
    "E003": {"OAUTH2_BACKEND_CLASS": None},
}


@pytest.mark.parametrize("number", WIRING)
def test_a_missing_part(settings, number):
    """A stock server, validator or backend is named, and so is the mixin for a class of the site's own."""
    configure(settings, **WIRING[number])
    messages = found()
    assert list(messages) == [number]
    assert "Mixin" in messages[number].msg
    assert "token_exchange.provider." in messages[number].hint.partition("\n")[0]
    assert_cured(settings, number)


def test_a_site_that_configures_nothing_of_the_toolkit(settings):
    """Without OAUTH2_PROVIDER all the lines can be pasted at once, and none undoes another."""
    settings.OAUTH2_PROVIDER = {}
    del settings.OAUTH2_PROVIDER
    oauth2_settings.reload()
    messages = found()
    assert set(messages) == set(WIRING)
    for message in messages.values():
        paste(settings, message.hint)
    assert found() == {}


def test_a_class_of_the_sites_own_with_the_mixin_is_enough(settings):
    """What counts is the mixin, not the name of the class."""

    class OwnBackend(TokenExchangeBackendMixin):
        pass

    configure(settings, OAUTH2_BACKEND_CLASS=OwnBackend)
    assert found() == {}


@pytest.mark.parametrize(
    ("server", "numbers"),
    [
        (None, ["E001"]),
        (OpenIDServer, ["E001"]),
        (Server, ["E001", "E004"]),
        ("token_exchange.provider.server.TokenExchangeServer", ["E004"]),
    ],
)
def test_openid_connect_needs_its_own_server(settings, server, numbers):
    """With OpenID Connect on, neither the stock server nor one without ID tokens stays unnoticed (P3)."""
    configure(settings, OIDC_ENABLED=True, OIDC_SERVER_CLASS=None, OAUTH2_SERVER_CLASS=server)
    messages = found()
    assert sorted(messages) == numbers
    for message in messages.values():
        paste(settings, message.hint)
    assert found() == {}
    assert "OAUTH2_SERVER_CLASS" not in settings.OAUTH2_PROVIDER
