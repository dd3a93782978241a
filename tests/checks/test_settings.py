"""The checks report unknown names and invalid values in TOKEN_EXCHANGE."""

from __future__ import annotations

import pytest
from django.core.checks import ERROR, WARNING

from tests.checks.cure import assert_cured, found
from tests.worlds.signing import new_key
from token_exchange.conf import DEFAULT_VERIFIERS, KNOWN_SETTINGS, token_exchange_settings
from token_exchange.sts.vocabulary import ACCESS_TOKEN

UNFIT = {
    "ENABLED": ["yes", 1, None],
    "ISSUER": [7, "example.org", "https://example.org?x", "https://example.org#x", "ftp://example.org"],
    "VERIFIERS": [[], {"urn:x": 7}, {7: "x"}],
    "REQUIRE_HTTPS": ["False", 0],
    "RECORD_RETENTION_DAYS": [0, -1, "365", True, 1.5],
    "SECRET_CACHE_SECONDS": [-1, "0", False],
    "SCOPE_PERMISSIONS": [[], {7: "shop.change_order"}, {"write": "change_order"}, {"write": ["shop.change_order"]}],
    "PERSONAL_ACCESS_TOKEN_DAYS": [0, "366", True],
    "PERSONAL_ACCESS_TOKEN_BEARER": ["yes", 1, None],
    "USER_REFERENCES": ["yes", 1],
    "CREDENTIALS": [
        [],
        {7: ("client", "secret")},
        {"legacy": "secret"},
        {"legacy": ("client",)},
        {"legacy": {"client_id": "client", "client_secret": "secret"}},
        {"legacy": {"client_id": "client", "client_secret": "secret", "url": "http://old.example"}},
        {"legacy": {"client_id": "client", "client_secret": "secret", "host": ""}},
    ],
    "BAD_SECRETS_PER_MINUTE": [-1, "20", True],
    "BAD_TOKENS_PER_MINUTE": [-1, None],
    "SERVICE_DOCUMENTATION": [7, "docs.example.org", "ftp://docs.example.org/"],
    "SUBJECT_MAPPING": [7, None],
    "SIGNING_KEYS": ["key.pem", [7], [""]],
    "ACCESS_TOKEN_CLAIMS": [7, None],
}


def test_every_setting_has_a_kind_that_something_does_not_fit():
    """Every setting refuses some value."""
    assert set(UNFIT) == set(KNOWN_SETTINGS)


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in UNFIT.items() for value in values])
def test_a_value_of_the_wrong_kind(settings, name, value):
    """A value of another kind is refused, because it would be read as something else."""
    settings.TOKEN_EXCHANGE = {name: value}
    messages = found(deploy=True)
    assert "E011" in messages
    assert name in messages["E011"].msg
    assert_cured(settings, "E011", deploy=True)


def test_values_of_the_right_kind(settings):
    """Every setting accepts a value other than its default, and the app's own verifiers may be repeated."""
    settings.TOKEN_EXCHANGE = {
        "ENABLED": True,
        "ISSUER": "https://example.org/o",
        "VERIFIERS": {
            **DEFAULT_VERIFIERS,
            "urn:acme:session": "token_exchange.verifiers.access_token.AccessTokenVerifier",
        },
        "REQUIRE_HTTPS": True,
        "RECORD_RETENTION_DAYS": 1,
        "SECRET_CACHE_SECONDS": 0,
        "SCOPE_PERMISSIONS": {"write": "shop.change_order"},
        "PERSONAL_ACCESS_TOKEN_DAYS": 30,
        "PERSONAL_ACCESS_TOKEN_BEARER": True,
        "USER_REFERENCES": True,
        "CREDENTIALS": {"legacy": {"client_id": "client", "client_secret": "secret", "host": "old.example"}},
        "BAD_SECRETS_PER_MINUTE": 0,
        "BAD_TOKENS_PER_MINUTE": 1,
        "SERVICE_DOCUMENTATION": "https://docs.example.org/",
        "SUBJECT_MAPPING": "site.accounts.user_of",
        "SIGNING_KEYS": [new_key()],
        "ACCESS_TOKEN_CLAIMS": "site.accounts.claims_of",
    }
    assert set(settings.TOKEN_EXCHANGE) == set(KNOWN_SETTINGS)
    assert found(deploy=True) == {}


def test_credentials_without_a_host(settings):
    """Credentials must name a host, because rows of issuers are easier to change than settings."""
    settings.TOKEN_EXCHANGE = {"CREDENTIALS": {"legacy": ("client", "secret")}}
    message = found()["E013"]
    assert "legacy" in message.msg
    assert "secret" not in message.msg.replace("client_secret", "")
    assert_cured(settings, "E013")
    kept = token_exchange_settings.credentials["legacy"]
    assert (kept.client_id, kept.client_secret) == ("client", "secret")
    assert "secret'" not in repr(kept)


def test_a_misspelt_name(settings):
    """An unknown name is reported together with the valid ones."""
    settings.TOKEN_EXCHANGE = {"ENABELD": False, "ISSUER": ""}
    assert "ENABLED" in found()["E006"].hint
    assert_cured(settings, "E006")
    assert settings.TOKEN_EXCHANGE == {"ISSUER": ""}


@pytest.mark.parametrize(
    ("number", "token_type", "verifier"),
    [
        ("E007", ACCESS_TOKEN, "tests.no.such.Verifier"),
        ("E007", "urn:ietf:params:oauth:token-type:mine", "token_exchange.verifiers.access_token.AccessTokenVerifier"),
        ("E008", "urn:acme:session", "tests.no.such.Verifier"),
        ("E008", "urn:acme:session", "NoPathAtAll"),
        ("E008", "urn:acme:session", "collections.OrderedDict"),
    ],
)
@pytest.mark.compliance("RFC 8693", "3")
def test_a_verifier_that_is_none(settings, number, token_type, verifier):
    """Token types of the IETF cannot be redefined (TX-061), and a verifier must be importable and have verify()."""
    settings.TOKEN_EXCHANGE = {"VERIFIERS": {token_type: verifier}}
    assert list(found()) == [number]
    assert_cured(settings, number)


@pytest.mark.compliance("RFC 8693", "6")
def test_plain_http_in_deployment(settings):
    """Without DEBUG, `check --deploy` reports an error."""
    settings.TOKEN_EXCHANGE = {"REQUIRE_HTTPS": False}
    assert [(number, message.level) for number, message in found(deploy=True).items()] == [("E009", ERROR)]
    assert_cured(settings, "E009", deploy=True)


@pytest.mark.parametrize("configured", [None, {}, {"REQUIRE_HTTPS": False}])
@pytest.mark.compliance("RFC 8693", "6")
def test_plain_http_before_deployment(settings, configured):
    """With DEBUG on, `check --deploy` only warns of plain HTTP (TX-086)."""
    settings.DEBUG = True
    settings.TOKEN_EXCHANGE = configured
    assert found() == {}
    messages = found(deploy=True)
    assert [(number, message.level) for number, message in messages.items()] == [("E009", WARNING)]
    assert_cured(settings, "E009", deploy=True)
