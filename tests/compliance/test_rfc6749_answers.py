"""RFC 6749 §5.1 and §5.2: answers have the required form (C-020 to C-034)."""

from __future__ import annotations

import json
import re

import pytest

from tests.worlds.world import exchange_form
from token_exchange.sts.vocabulary import ACCESS_TOKEN

pytestmark = pytest.mark.compliance("RFC 6749", "5.2")

# RFC 6749 Appendix A.7 and A.8: NQSCHAR.
ERROR_CHARACTERS = re.compile(r"[\x20-\x21\x23-\x5b\x5d-\x7e]+")

HOSTILE = '"\\<script>\r\nSet-Cookie: a=b\x00üü🎭'


def refusals(world, token):
    """Return one refused answer of every kind, by name."""
    wrong = "a wrong secret of some length"
    return {
        "invalid_request": world.exchange(token, subject_token="garbage"),
        "invalid_request, missing": world.exchange(token, without=["subject_token"]),
        "invalid_request, body": world.send("{}", content_type="application/json", client=world.front),
        "invalid_request, query": world.post(exchange_form(token), client=world.front, path="/o/token/?a=b"),
        "invalid_client": world.post(exchange_form(token), client=world.front, secret=wrong),
        "unauthorized_client": world.exchange(token, client=world.agent),
        "invalid_scope": world.exchange(token, scope="write"),
        "invalid_target": world.exchange(token, audience="unknown"),
        "unsupported_grant_type": world.exchange(token, grant_type="urn:example:unknown"),
    }


@pytest.mark.compliance("RFC 6749", "5.1")
def test_c_020_c_021_nothing_is_stored(world, alices_token):
    """Successful answers and refusals have `Cache-Control: no-store`."""
    for answer in (world.exchange(alices_token), *refusals(world, alices_token).values()):
        assert (answer["Cache-Control"], answer["Pragma"]) == ("no-store", "no-cache"), answer.content


@pytest.mark.compliance("RFC 6749", "5.1")
def test_tx_041_to_tx_046_success(world, alices_token):
    """A success is 200, flat JSON, with strings as strings and numbers as numbers."""
    answer = world.exchange(alices_token)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    kinds = {name: type(value) for name, value in answer.json().items()}
    texts = dict.fromkeys(("access_token", "issued_token_type", "token_type", "scope"), str)
    assert kinds == {**texts, "expires_in": int}
    assert answer.json()["issued_token_type"] == ACCESS_TOKEN
    assert answer.json()["token_type"].lower() == "bearer"


def test_c_030_status(world, alices_token):
    """A refusal has status 400, or 401 if the client did not authenticate, and an error code in JSON."""
    for name, answer in refusals(world, alices_token).items():
        error = name.partition(",")[0]
        assert answer.status_code == (401 if error == "invalid_client" else 400), name
        assert answer["Content-Type"] == "application/json"
        assert answer.json()["error"] == error
        assert set(answer.json()) <= {"error", "error_description"}


def test_c_031_characters_of_descriptions(world, alices_token):
    """Error and description contain only the characters that the RFC allows."""
    for answer in refusals(world, alices_token).values():
        for text in answer.json().values():
            assert ERROR_CHARACTERS.fullmatch(text), text


@pytest.mark.parametrize(
    "name",
    [
        "subject_token",
        "subject_token_type",
        "actor_token",
        "actor_token_type",
        "requested_token_type",
        "scope",
        "audience",
        "resource",
        "client_id",
        "state",
    ],
)
def test_c_031_nothing_is_reflected(world, alices_token, name):
    """A refusal repeats no value of the request."""
    answer = world.exchange(alices_token, **{"subject_token": "garbage", name: HOSTILE})
    assert answer.status_code == 400
    for piece in ("<script", "Set-Cookie", "a=b", "üü"):
        assert piece not in answer.content.decode()
        assert piece not in str(answer.headers)
    assert all(ERROR_CHARACTERS.fullmatch(text) for text in json.loads(answer.content).values())


@pytest.mark.parametrize("secret", ["", "wrong"])
def test_c_032_challenge(world, alices_token, secret):
    """A client that failed with HTTP Basic is challenged to try HTTP Basic."""
    answer = world.post(exchange_form(alices_token), client=world.front, secret=secret)
    assert answer.status_code == 401
    assert re.fullmatch(r'Basic realm="[^"]+"', answer["WWW-Authenticate"])


def test_c_033_codes(world, alices_token):
    """Each of the six error codes occurs at this endpoint."""
    answers = refusals(world, alices_token)
    code = {"grant_type": "authorization_code", "code": "unknown", "redirect_uri": "https://client.example/callback"}
    answers["invalid_grant"] = world.post({**code, "code_verifier": "v" * 43}, client=world.spa)
    six = {"invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type"}
    for error in {*six, "invalid_scope"}:
        assert answers[error].json()["error"] == error


def test_c_034_repeats_and_several_credentials(world, alices_token):
    """A repeated parameter and several credentials are a malformed request."""
    world.refuses(alices_token, scope=["read", "read"], reason="parameter_repeated")
    world.refuses(alices_token, client_secret="another", reason="client_authenticated_twice")


@pytest.mark.compliance("RFC 8693", "2.2.2")
def test_tx_056_unknown_and_unpermitted_targets_look_alike(world, alices_token):
    """The answer is the same for an unknown target as for one that is not permitted."""
    answers = [
        world.refuses(alices_token, error="invalid_target", **target)
        for target in (
            {"audience": "unknown"},
            {"audience": "invoices-api"},
            {"resource": "https://unknown.example/"},
            {"resource": "https://invoices-api.example/"},
        )
    ]
    assert len({answer.content for answer in answers}) == 1
