"""A site that keeps the toolkit's views can exchange tokens, and its refusals are JSON."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from oauth2_provider.models import get_access_token_model
from oauth2_provider.signals import app_authorized
from oauth2_provider.views import TokenView

from tests.worlds.world import exchange_form
from token_exchange.models import ExchangedToken, ExchangeRecord
from token_exchange.sts.vocabulary import GRANT_TYPE, MAX_BODY_BYTES
from token_exchange.toolkit.compat import fingerprint_of

pytestmark = pytest.mark.urls("tests.urls_stock")

DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"


def test_exchange(world, alices_token):
    """An exchange through the toolkit's view yields the same answer, rows and header as through ours."""
    answer = world.exchange(alices_token)
    assert answer.status_code == 200, answer.content
    assert answer.resolver_match.func.view_class is TokenView
    assert set(answer.json()) == {"access_token", "issued_token_type", "token_type", "expires_in", "scope"}
    fingerprint = fingerprint_of(answer.json()["access_token"])
    row = get_access_token_model().objects.get(token_checksum=fingerprint)
    assert (row.user, row.application, row.resource) == (world.alice, world.front, world.target.resources)
    assert ExchangedToken.objects.get().fingerprint == fingerprint
    assert ExchangeRecord.objects.get().request_id == answer["X-Request-Id"]
    assert answer["Cache-Control"] == "no-store"


def test_signal(world, alices_token):
    """The toolkit's signal is sent for the new token, as for every grant."""
    told = []

    def receiver(sender, request, token, **kwargs):
        told.append(token.token_checksum)

    app_authorized.connect(receiver)
    try:
        issued = world.issued(alices_token)
    finally:
        app_authorized.disconnect(receiver)
    assert told == [fingerprint_of(issued)]


@pytest.mark.parametrize(
    ("error", "changes"),
    [
        pytest.param("invalid_request", {"subject_token": "garbage"}, id="unknown token"),
        pytest.param("invalid_request", {"without": ["subject_token"]}, id="no token"),
        pytest.param("invalid_request", {"subject_token_type": "urn:example:x"}, id="unsupported type"),
        pytest.param("invalid_request", {"scope": ["read", "read"]}, id="repeated"),
        pytest.param("invalid_request", {"grant_type": [GRANT_TYPE, GRANT_TYPE]}, id="grant type repeated"),
        pytest.param("invalid_request", {"grant_type": [GRANT_TYPE, "client_credentials"]}, id="other grant last"),
        pytest.param("invalid_request", {"grant_type": ["client_credentials", GRANT_TYPE]}, id="other grant first"),
        pytest.param("invalid_request", {"grant_type": [DEVICE_CODE, GRANT_TYPE]}, id="device code first"),
        pytest.param("invalid_request", {"audience": "\x00"}, id="odd character"),
        pytest.param("invalid_request", {"client_secret": "another"}, id="two authentications"),
        pytest.param("invalid_target", {"audience": "unknown"}, id="unknown audience"),
        pytest.param("invalid_target", {"resource": "<script>alert(1)</script>"}, id="malformed resource"),
        pytest.param("invalid_target", {"resource": "https://unknown.example/<script>"}, id="unknown resource"),
        pytest.param("invalid_scope", {"scope": "write"}, id="scope"),
    ],
)
def test_refusals(world, alices_token, error, changes):
    """Every refusal of an exchange is answered with OAuth's JSON."""
    world.refuses(alices_token, error=error, **changes)


@pytest.mark.parametrize("secret", ["", "a wrong secret of some length"], ids=["blank", "wrong"])
def test_client_authentication(world, alices_token, secret):
    """A client that does not authenticate is refused in JSON."""
    world.refused(
        lambda: world.exchange(alices_token),
        lambda: world.post(exchange_form(alices_token), client=world.front, secret=secret),
        error="invalid_client",
        status=401,
    )


def test_client_without_a_policy(world, alices_token):
    """A client that no policy names is refused in JSON."""
    world.refused(
        lambda: world.exchange(alices_token),
        lambda: world.exchange(alices_token, client=world.agent),
        error="unauthorized_client",
    )


@pytest.mark.parametrize(
    ("reason", "extra"),
    [
        pytest.param("query_not_allowed", {"path": "/o/token/?subject_token=x"}, id="query"),
        pytest.param("transport_not_secure", {"secure": False}, id="plain HTTP"),
        pytest.param("body_too_large", {"padding": MAX_BODY_BYTES}, id="too large"),
        pytest.param("body_malformed", {"content_type": "application/x-www-form-urlencoded; charset=x"}, id="charset"),
    ],
)
def test_bodies_and_transport(world, alices_token, reason, extra):
    """A malformed request is refused in JSON if Django can read it as a form."""
    body = urlencode(exchange_form(alices_token, padding="x" * extra.pop("padding", 0)))
    world.refused(
        lambda: world.exchange(alices_token),
        lambda: world.send(body, client=world.front, **extra),
        error="invalid_request",
        reason=reason,
    )


def test_all_parameters_in_the_query(world, alices_token):
    """An exchange with its parameters in the query string is refused in JSON."""
    world.refused(
        lambda: world.exchange(alices_token),
        lambda: world.send("", path=f"/o/token/?{urlencode(exchange_form(alices_token))}", client=world.front),
        error="invalid_request",
        reason="query_not_allowed",
    )


def test_other_grant_type_hidden_behind_ours(world, alices_token):
    """A device code beside an exchange gives no token, although the toolkit's view checks devices first."""
    before = world.counts()
    answer = world.exchange(alices_token, grant_type=[GRANT_TYPE, DEVICE_CODE], device_code="unknown")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/json")
    assert world.counts() == before


def test_switched_off(world, alices_token, settings):
    """While the grant is off, the toolkit's view answers `unsupported_grant_type`."""
    settings.TOKEN_EXCHANGE = {"ENABLED": False}
    before = world.counts()
    answer = world.exchange(alices_token)
    assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")
    assert world.counts() == before
