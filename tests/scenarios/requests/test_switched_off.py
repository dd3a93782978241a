"""Section A: the metadata list the grant while it is on, and a site can switch it off."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.test import Client as Browser

from tests.worlds.world import exchange_form
from token_exchange.sts.vocabulary import GRANT_TYPE, MAX_BODY_BYTES

METADATA = ["/o/.well-known/oauth-authorization-server", "/o/.well-known/openid-configuration"]
OTHERS = ["authorization_code", "client_credentials", "refresh_token"]


@pytest.fixture
def switched_off(settings):
    """Return a function that switches token exchange off."""

    def switch():
        settings.TOKEN_EXCHANGE = {"ENABLED": False}

    return switch


@pytest.mark.parametrize("path", METADATA)
@pytest.mark.parametrize("listed", [True, False], ids=["listed in the settings", "not listed"])
def test_a34_a35_metadata(settings, openid_connect, path, listed):
    """The metadata list the grant only while it is on, whatever the toolkit's list says, and all other grants."""
    settings.OAUTH2_PROVIDER = {
        **settings.OAUTH2_PROVIDER,
        "OAUTH2_GRANT_TYPES_SUPPORTED": [*OTHERS, *([GRANT_TYPE] if listed else [])],
    }
    for enabled in (True, False):
        settings.TOKEN_EXCHANGE = {"ENABLED": enabled}
        document = Browser().get(path, secure=True).json()
        assert document["grant_types_supported"] == [*OTHERS, *([GRANT_TYPE] if enabled else [])]
        assert document["token_endpoint"].endswith("/o/token/")


@pytest.mark.compliance("RFC 8693", "2.2.1")
@pytest.mark.parametrize("path", METADATA)
def test_tx_051_metadata_lead_to_the_documentation(settings, openid_connect, path):
    """The metadata name the site's documentation page, if the site has set one."""
    assert "service_documentation" not in Browser().get(path, secure=True).json()
    settings.TOKEN_EXCHANGE = {"SERVICE_DOCUMENTATION": "https://docs.example.org/tokens"}
    assert Browser().get(path, secure=True).json()["service_documentation"] == "https://docs.example.org/tokens"


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="correct"),
        pytest.param({"without": ["subject_token"]}, id="no subject token"),
        pytest.param({"subject_token": "garbage"}, id="garbage"),
        pytest.param({"subject_token": ["one", "two"]}, id="repeated"),
        pytest.param({"grant_type": [GRANT_TYPE, GRANT_TYPE]}, id="grant type repeated"),
        pytest.param({"scope": "x" * 10_000}, id="too large"),
        pytest.param({"subject_token": "\x00"}, id="odd characters"),
    ],
)
def test_a35_exchange_while_switched_off(world, alices_token, switched_off, changes):
    """While it is off, every exchange gets `unsupported_grant_type`."""
    assert world.exchange(alices_token).status_code == 200
    before = world.counts()
    switched_off()
    answer = world.exchange(alices_token, **changes)
    assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")
    assert answer["Cache-Control"] == "no-store"
    assert set(answer.json()) <= {"error", "error_description"}
    assert world.counts() == before
    world.assert_silent(answer.content.decode())


def test_a35_without_credentials_while_switched_off(world, alices_token, switched_off):
    """While it is off, an unauthenticated caller gets the same answer as a client."""
    switched_off()
    answer = world.post(exchange_form(alices_token))
    assert answer.content == world.exchange(alices_token).content


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param({"content_type": "application/json"}, id="JSON"),
        pytest.param({"content_type": "multipart/form-data; boundary=x"}, id="multipart"),
        pytest.param({"path": "/o/token/?subject_token=x"}, id="query"),
        pytest.param({"padding": MAX_BODY_BYTES}, id="too large for us"),
        pytest.param({"secure": False}, id="plain HTTP"),
    ],
)
@pytest.mark.parametrize("urls", ["tests.urls", "tests.urls_stock"])
def test_a35_malformed_exchange_while_switched_off(world, settings, alices_token, switched_off, sent, urls):
    """While it is off, the toolkit answers malformed exchanges, and no record is made."""
    settings.ROOT_URLCONF = urls
    switched_off()
    before = world.counts()
    body = urlencode(exchange_form(alices_token, padding="x" * sent.get("padding", 0)))
    extra = {name: value for name, value in sent.items() if name != "padding"}
    answer = world.send(body, client=world.front, **extra)
    assert answer.status_code == 400
    assert "X-Request-Id" not in answer
    assert world.counts() == before


def test_a35_other_grants_while_switched_off(world, switched_off):
    """While it is off, the other grants work as usual."""
    switched_off()
    assert world.login_token()
    assert world.client_token()
