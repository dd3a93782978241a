"""The checks report a server, validator or backend without our mixin."""

from __future__ import annotations

import pytest
from oauth2_provider.oauth2_backends import OAuthLibCore
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.settings import oauth2_settings
from oauthlib.oauth2 import Server
from oauthlib.openid import Server as OpenIDServer

from tests.checks.cure import assert_cured, configure, found, lines_of, paste
from token_exchange.provider.backend import TokenExchangeBackendMixin
from token_exchange.toolkit.compat import token_database


def test_a_well_configured_site_hears_nothing(db):
    """The settings of these tests pass every check, those for deployment included."""
    assert found(deploy=True, databases=[token_database()]) == {}


WIRING = {
    "E001": {"OAUTH2_SERVER_CLASS": None, "OIDC_ENABLED": False},
    "E002": {"OAUTH2_VALIDATOR_CLASS": None},
    "E003": {"OAUTH2_BACKEND_CLASS": None},
}


@pytest.mark.parametrize("number", WIRING)
def test_a_missing_part(settings, number):
    """The toolkit's class is reported, with the mixin for a class of the site."""
    configure(settings, **WIRING[number])
    messages = found()
    assert list(messages) == [number]
    assert "Mixin" in messages[number].msg
    assert "token_exchange.provider." in messages[number].hint.partition("\n")[0]
    assert "class " not in messages[number].hint, "a stock class is not the site's own"
    assert_cured(settings, number)


def test_a_site_that_configures_nothing_of_the_toolkit(settings):
    """Without OAUTH2_PROVIDER, all lines can be pasted together, and none overwrites another."""
    settings.OAUTH2_PROVIDER = {}
    del settings.OAUTH2_PROVIDER
    oauth2_settings.reload()
    messages = found()
    assert set(messages) == {*WIRING, "W003"}
    for message in messages.values():
        paste(settings, message.hint)
    assert found() == {}


def test_a_class_of_the_sites_own_with_the_mixin_is_enough(settings):
    """A class of a site with the mixin is accepted, whatever its name."""

    class OwnBackend(TokenExchangeBackendMixin):
        pass

    configure(settings, OAUTH2_BACKEND_CLASS=OwnBackend)
    assert found() == {}


class OwnServer(Server):
    """A server of a site, without the mixin."""


class OwnValidator(OAuth2Validator):
    """A validator of a site, without the mixin."""


class OwnCore(OAuthLibCore):
    """A backend of a site, without the mixin."""


OWN = {
    "E001": ("OAUTH2_SERVER_CLASS", OwnServer),
    "E002": ("OAUTH2_VALIDATOR_CLASS", OwnValidator),
    "E003": ("OAUTH2_BACKEND_CLASS", OwnCore),
}


@pytest.mark.parametrize("number", OWN)
def test_a_class_of_the_sites_own_is_not_replaced(settings, number):
    """The hint adds the mixin to the site's class; written there, the lines correct it."""
    setting, own = OWN[number]
    if number == "E001":
        configure(settings, OIDC_ENABLED=False, OIDC_SERVER_CLASS=None)
    configure(settings, **{setting: own})
    hint = found()[number].hint
    assert hint.partition("\n")[0].endswith(f"Write in {__name__}:")
    assert setting not in hint
    namespace = dict(globals())
    exec(f"{lines_of(hint)}\n    pass", namespace)
    mended = namespace[own.__name__]
    assert mended.__bases__[1:] == own.__bases__
    configure(settings, **{setting: mended})
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
    """With OpenID Connect on, the stock server and a server without ID tokens are reported (P3)."""
    configure(settings, OIDC_ENABLED=True, OIDC_SERVER_CLASS=None, OAUTH2_SERVER_CLASS=server)
    messages = found()
    assert sorted(messages) == numbers
    for message in messages.values():
        paste(settings, message.hint)
    assert found() == {}
    assert "OAUTH2_SERVER_CLASS" not in settings.OAUTH2_PROVIDER
