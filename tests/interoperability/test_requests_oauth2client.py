"""requests_oauth2client, a client that checks what it is told."""

from __future__ import annotations

import pytest
import requests
from requests_oauth2client import BearerToken, OAuth2Client
from requests_oauth2client.exceptions import InvalidRequest, InvalidScope, InvalidTarget

pytestmark = [pytest.mark.compliance("RFC 8693", "2.1"), pytest.mark.compliance("RFC 8693", "2.2.1")]


@pytest.fixture
def client_of(demo):
    """The client as one of the demo's; `testing` lets it speak plain HTTP."""

    def build(name):
        credentials = demo.told["clients"][name]
        return OAuth2Client(
            token_endpoint=demo.told["token_endpoint"],
            introspection_endpoint=demo.told["introspection_endpoint"],
            revocation_endpoint=demo.told["revocation_endpoint"],
            client_id=credentials["client_id"],
            client_secret=credentials["client_secret"],
            testing=True,
        )

    return build


@pytest.fixture
def alices(demo):
    """Alice's token and its type."""
    token = demo.told["subject_tokens"]["alice"]
    return {"subject_token": token["token"], "subject_token_type": token["token_type"]}


def test_it_gets_a_token_and_asks_about_it(client_of, alices, demo):
    """Exchange as `front`, use at the back API, introspection as `back`."""
    issued = client_of("front").token_exchange(**alices, audience=demo.told["audience"], scope="orders:read")

    assert isinstance(issued, BearerToken)
    assert (issued.scope, issued.expires_in <= 300) == ("orders:read", True)
    assert requests.get(demo.told["protected_resource"], auth=issued, timeout=30).json()["acting"] == ["front"]
    told = client_of("back").introspect_token(issued)
    assert (told["username"], told["act"]["sub"]) == ("alice", "client:front")


def test_a_bearer_token_object_is_a_subject_token(client_of, demo):
    """What the client got from a login it can hand in as it is."""
    bobs = BearerToken(demo.told["subject_tokens"]["bob"]["token"])

    issued = client_of("front").token_exchange(subject_token=bobs, audience=demo.told["audience"])

    assert client_of("back").introspect_token(issued)["username"] == "bob"


def test_a_token_that_it_revokes_is_inactive(client_of, alices, demo):
    """Revocation as `front` ends the exchanged token."""
    front = client_of("front")
    issued = front.token_exchange(**alices, audience=demo.told["audience"])

    assert front.revoke_access_token(issued)
    assert client_of("back").introspect_token(issued) == {"active": False}


@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({"audience": "payroll"}, InvalidTarget),
        ({"audience": "back-api", "scope": "orders:write"}, InvalidScope),
        ({"audience": "back-api", "subject_token": "unknown"}, InvalidRequest),
    ],
)
def test_it_understands_a_refusal(client_of, alices, parameters, error):
    """The client raises the error that it has for our code."""
    with pytest.raises(error):
        client_of("front").token_exchange(**{**alices, **parameters})


def test_another_clients_token_is_refused(client_of, demo):
    """Bob's token was issued to `partner`: `front` gets nothing for it, `partner` does."""
    bobs = demo.told["subject_tokens"]["bob_at_partner"]
    asked = {
        "subject_token": bobs["token"],
        "subject_token_type": bobs["token_type"],
        "audience": demo.told["audience"],
    }

    with pytest.raises(InvalidRequest):
        client_of("front").token_exchange(**asked)
    assert client_of("partner").token_exchange(**asked).scope == "orders:read"
