"""Section A: forbidden characters are refused, and scopes and grant types are compared exactly."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import pytest

from tests.worlds.world import SECRET, exchange_form
from token_exchange.sts.vocabulary import ACCESS_TOKEN, GRANT_TYPE

# A correct value for every parameter, to which something is added.
CORRECT = {
    "subject_token_type": ACCESS_TOKEN,
    "actor_token_type": ACCESS_TOKEN,
    "requested_token_type": ACCESS_TOKEN,
    "scope": "read",
    "audience": "back-api",
    "resource": "https://back-api.example/",
    "client_id": "front",
    "client_secret": SECRET,
}
NAMES = ["subject_token", "actor_token", *CORRECT]

# Already encoded, because some of these bytes spell no text at all.
ODD = {
    "NUL": "%00",
    "CR LF": "%0D%0A",
    "escape": "%1B%5B31m",
    "DEL": "%7F",
    "zero width": quote("\u200b"),
    "right to left": quote("\u202e"),
    "umlaut": quote("ü"),
    "emoji": quote("🎭"),
    "overlong": "%C0%AF",
    "invalid UTF-8": "%FF",
    "half a surrogate": "%ED%A0%80",
}


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("name", NAMES)
def test_a29_odd_characters(world, name, odd):
    """A forbidden character is refused in every parameter, and the log line stays one line."""
    world.policy(ways=["delegation"], lists={"actor_clients": [world.front]})
    correct = {**CORRECT, "subject_token": world.login_token(), "actor_token": world.client_token()}
    form = [("grant_type", GRANT_TYPE), *correct.items()]
    body = urlencode([(other, value) for other, value in form if other != name])
    expected = ("invalid_client", 401) if name.startswith("client_") else ("invalid_request", 400)
    world.refused(
        lambda: world.post(form),
        lambda: world.send(f"{body}&{name}={quote(correct[name])}{ODD[odd]}"),
        error=expected[0],
        status=expected[1],
    )


@pytest.mark.parametrize("name", NAMES)
def test_a29_raw_bytes(world, alices_token, name):
    """A raw byte that is not ASCII is refused as well."""
    form = urlencode(exchange_form(alices_token, without=[name])).encode()
    world.refused(
        lambda: world.exchange(alices_token),
        lambda: world.send(form + f"&{name}=".encode() + b"\xff\xfe\x00", client=world.front),
        error="invalid_request",
    )


@pytest.mark.parametrize("odd", ODD)
def test_a29_odd_grant_type(world, alices_token, odd):
    """A grant type with a forbidden character is an unsupported grant type."""
    body = urlencode(exchange_form(alices_token, without=["grant_type"]))
    assert_unsupported(world, world.send(f"{body}&grant_type={quote(GRANT_TYPE)}{ODD[odd]}", client=world.front))


def assert_unsupported(world, answer):
    """Check that the answer is `unsupported_grant_type` in JSON, and that no token was issued."""
    assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")
    assert answer.headers["Content-Type"] == "application/json"
    assert world.counts()["exchanged"] == world.counts()["records"] == 0
    world.assert_silent(answer.content.decode())


@pytest.mark.parametrize(
    "grant_type",
    [
        f"{GRANT_TYPE} ",
        f" {GRANT_TYPE}",
        GRANT_TYPE.upper(),
        GRANT_TYPE.replace("urn", "URN"),
        f"{GRANT_TYPE}/",
        quote(GRANT_TYPE),
        "token-exchange",
        "token_exchange",
        "x" * 5_000,
    ],
)
def test_a30_near_misses_of_the_grant_type(world, alices_token, grant_type):
    """A grant type that differs in one character is an unsupported grant type."""
    assert_unsupported(world, world.exchange(alices_token, grant_type=grant_type))


@pytest.mark.parametrize("encoded", [GRANT_TYPE, quote(GRANT_TYPE), GRANT_TYPE.replace("-", "%2D")])
def test_a30_encodings_of_the_grant_type(world, alices_token, encoded):
    """The grant type is recognized in every encoding that a form allows."""
    body = urlencode(exchange_form(alices_token, without=["grant_type"]))
    assert world.send(f"grant_type={encoded}&{body}", client=world.front).status_code == 200


@pytest.mark.parametrize(
    "scope",
    ["orders:read read", "  read   orders:read ", "read\torders:read", "read read orders:read", "\tread orders:read\t"],
)
def test_a31_white_space_in_scope(world, scope):
    """A scope is a set: additional white space and repetitions are ignored."""
    world.policy()
    answer = world.exchange(world.login_token(scope="read orders:read"), scope=scope)
    assert answer.json()["scope"] == "orders:read read"


@pytest.mark.parametrize("scope", ["", " ", "   ", "\t"])
def test_a31_blank_scope(world, alices_token, scope):
    """A blank scope counts as no scope parameter; a scope with an empty name is never granted."""
    answer = world.exchange(alices_token, scope=scope)
    assert answer.json()["scope"] == "read"


@pytest.mark.parametrize("character", ["\n", "\v", "\u00a0", "\u2003"])
def test_a31_other_white_space_in_scope(world, alices_token, character):
    """White space other than blank and tab does not separate scopes, and is refused within one."""
    world.refuses(alices_token, scope=f"read{character}read", reason="parameter_malformed")


@pytest.mark.parametrize("scope", ["myread", "reads", "rea", "read2", "read:all", "Read", "READ", 'read"', "read\\"])
def test_a32_scope_that_contains_another(world, alices_token, scope):
    """A scope that contains a permitted one, or is contained in it, is refused."""
    world.refuses(alices_token, error="invalid_scope", scope=scope)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("client_secret", SECRET, id="the same secret"),
        pytest.param("client_secret", "another", id="another secret"),
        pytest.param("client_id", "agent", id="another client"),
        pytest.param("client_assertion", "eyJhbGciOiJub25lIn0.e30.", id="an assertion"),
    ],
)
def test_a33_two_client_authentications(world, alices_token, name, value):
    """Credentials in header and body, or of two clients, make a malformed request."""
    world.refuses(alices_token, **{name: value}, reason="client_authenticated_twice")


def test_a33_the_same_client_named_twice(world, alices_token):
    """A body that repeats the client id of the header is accepted."""
    assert world.exchange(alices_token, client_id="front").status_code == 200


def test_a33_secret_and_assertion_in_the_body(world, alices_token):
    """A secret and an assertion in one body are two authentications and refused."""
    form = exchange_form(alices_token, client_assertion="eyJhbGciOiJub25lIn0.e30.")
    world.refused(
        lambda: world.exchange(alices_token),
        lambda: world.post(form, client=world.front, basic=False),
        error="invalid_request",
        reason="client_authenticated_twice",
    )
