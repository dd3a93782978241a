"""`TOKEN_EXCHANGE`: the defaults, and the values that a site sets."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from token_exchange.conf import (
    DEFAULT_VERIFIERS,
    KNOWN_SETTINGS,
    TokenExchangeSettings,
    token_exchange_settings,
)
from token_exchange.conf.credentials import Credentials
from token_exchange.conf.setting import Setting

# Name → default, a value, the value of the attribute then.
SETTINGS = {
    "ENABLED": (True, False, False),
    "ISSUER": ("", "https://example.org", "https://example.org"),
    "VERIFIERS": (DEFAULT_VERIFIERS, {"urn:acme:session": "a.B"}, {**DEFAULT_VERIFIERS, "urn:acme:session": "a.B"}),
    "REQUIRE_HTTPS": (True, False, False),
    "RECORD_RETENTION_DAYS": (365, 30, 30),
    "SECRET_CACHE_SECONDS": (300, 0, 0),
    "SCOPE_PERMISSIONS": ({}, {"write": "shop.change_order"}, {"write": "shop.change_order"}),
    "PERSONAL_ACCESS_TOKEN_DAYS": (366, 30, 30),
    "PERSONAL_ACCESS_TOKEN_BEARER": (False, True, True),
    "USER_REFERENCES": (False, True, True),
    "CREDENTIALS": (
        {},
        {"legacy": {"client_id": "client", "client_secret": "secret", "url": "https://Old.example:443/introspect"}},
        {"legacy": Credentials("client", "secret", "old.example")},
    ),
    "BAD_SECRETS_PER_MINUTE": (20, 0, 0),
    "BAD_TOKENS_PER_MINUTE": (100, 0, 0),
    "SERVICE_DOCUMENTATION": ("", "https://docs.example.org/#tokens", "https://docs.example.org/#tokens"),
    "SIGNING_KEYS": ((), [Path("key.pem")], ("key.pem",)),
    "ACCESS_TOKEN_CLAIMS": ("", "site.accounts.claims_of", "site.accounts.claims_of"),
    "SUBJECT_MAPPING": ("", "site.accounts.user_of", "site.accounts.user_of"),
}


def test_every_setting_is_tested_here():
    """The names that the checks know are those of the attributes and of this module."""
    attributes = {name: found for name, found in vars(TokenExchangeSettings).items() if isinstance(found, Setting)}
    assert all(found.name == name.upper() for name, found in attributes.items())
    assert {found.name for found in attributes.values()} == set(KNOWN_SETTINGS) == set(SETTINGS)


@pytest.mark.parametrize("name", SETTINGS)
@pytest.mark.parametrize("nothing", ["undefined", None, {}])
def test_defaults(settings, name, nothing):
    """Without the setting, or with None or {}, every default is as documented."""
    if nothing != "undefined":
        settings.TOKEN_EXCHANGE = nothing
    assert getattr(token_exchange_settings, name.lower()) == SETTINGS[name][0]


@pytest.mark.parametrize("name", SETTINGS)
def test_values(settings, name):
    """A value applies from the moment it is set until it is removed; nothing is cached."""
    default, value, expected = SETTINGS[name]
    settings.TOKEN_EXCHANGE = {name: value}
    assert KNOWN_SETTINGS[name].fits(value)
    assert getattr(token_exchange_settings, name.lower()) == expected
    settings.TOKEN_EXCHANGE = {}
    assert getattr(token_exchange_settings, name.lower()) == default


def test_development_may_do_without_encryption(settings):
    """With DEBUG plain HTTP is accepted by default, and the setting still decides."""
    settings.DEBUG = True
    assert token_exchange_settings.require_https is False
    settings.TOKEN_EXCHANGE = {"REQUIRE_HTTPS": True}
    assert token_exchange_settings.require_https is True


@pytest.mark.parametrize("value", [[], "ENABLED", 1, True])
def test_another_value_than_a_dictionary_is_refused(settings, value):
    """Any other value than a dictionary raises an error."""
    settings.TOKEN_EXCHANGE = value
    with pytest.raises(ImproperlyConfigured, match="dictionary"):
        _ = token_exchange_settings.enabled
