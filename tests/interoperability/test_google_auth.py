"""google-auth's client of a security token service."""

from __future__ import annotations

import json

import pytest
import requests
from google.auth.exceptions import OAuthError
from google.auth.transport.requests import Request
from google.oauth2.sts import Client
from google.oauth2.utils import ClientAuthentication, ClientAuthType

pytestmark = [pytest.mark.compliance("RFC 8693", "2.1"), pytest.mark.compliance("RFC 8693", "2.2.1")]


@pytest.fixture(params=[ClientAuthType.basic, ClientAuthType.request_body], ids=["basic", "in the body"])
def exchange(demo, request):
    """Exchanges Alice's token as `front`, which authenticates in either way."""
    front, alice = demo.told["clients"]["front"], demo.told["subject_tokens"]["alice"]
    credentials = ClientAuthentication(request.param, front["client_id"], front["client_secret"])
    client = Client(demo.told["token_endpoint"], credentials)

    def ask(**parameters):
        return client.exchange_token(
            Request(),
            demo.told["grant_type"],
            alice["token"],
            alice["token_type"],
            **{"audience": demo.told["audience"], "scopes": ["orders:read"], **parameters},
        )

    return ask


def test_it_gets_a_token(exchange, demo):
    """The client reads the answer, and the token opens the back API."""
    answer = exchange()

    assert answer["issued_token_type"] == "urn:ietf:params:oauth:token-type:access_token"
    assert (answer["token_type"], answer["scope"], answer["expires_in"]) == ("Bearer", "orders:read", 300)
    seen = requests.get(
        demo.told["protected_resource"], headers={"Authorization": f"Bearer {answer['access_token']}"}, timeout=30
    ).json()
    assert (seen["user"], seen["acting"]) == ("alice", ["front"])


def test_it_may_name_the_resource_and_the_type(exchange, demo):
    """The parameters that the client sends as `resource` and `requested_token_type` are understood."""
    answer = exchange(
        audience=None,
        resource=demo.told["protected_resource"],
        requested_token_type="urn:ietf:params:oauth:token-type:access_token",
    )

    assert answer["scope"] == "orders:read"


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({"audience": "payroll"}, "invalid_target"),
        ({"scopes": ["orders:write"]}, "invalid_scope"),
        (
            {"actor_token": "unknown", "actor_token_type": "urn:ietf:params:oauth:token-type:access_token"},
            "invalid_request",
        ),
    ],
)
def test_it_understands_a_refusal(exchange, parameters, error):
    """The client raises its own error, with our code in it."""
    with pytest.raises(OAuthError, match=error) as raised:
        exchange(**parameters)

    assert json.loads(raised.value.args[1])["error"] == error
