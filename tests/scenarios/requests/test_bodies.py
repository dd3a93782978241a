"""Section A: bodies that are not a form, are too large or in another encoding are refused; HTTPS is required."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest
from django.test import Client as Browser

from tests.worlds.world import exchange_form
from token_exchange.sts.vocabulary import FORM, GRANT_TYPE, MAX_BODY_BYTES, MAX_FIELDS, MAX_TOKEN_BYTES

BOUNDARY = "a-boundary"


def multipart(pairs):
    """Return the pairs as multipart/form-data."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in pairs
    ]
    return "".join(parts) + f"--{BOUNDARY}--\r\n"


@pytest.fixture
def sent(world, alices_token):
    """Check an exchange of `front` with this body and content type, between two valid exchanges."""

    def refused(body, *, content_type=FORM, reason="body_malformed", **extra):
        return world.refused(
            lambda: world.exchange(alices_token),
            lambda: world.send(body, content_type=content_type, client=world.front, **extra),
            error="invalid_request",
            reason=reason,
        )

    return refused


@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=utf-8", "text/json"])
def test_a_json_body(sent, alices_token, content_type):
    """A JSON body is refused, because the token endpoint accepts forms only; the refusal is JSON."""
    sent(json.dumps(dict(exchange_form(alices_token))), content_type=content_type)


@pytest.mark.parametrize("content_type", ["text/plain", "application/octet-stream", "application/xml", "nonsense"])
def test_a_form_declared_as_something_else(sent, alices_token, content_type):
    """A form with another content type is not read as a form."""
    sent(urlencode(exchange_form(alices_token)), content_type=content_type)


def test_a_multipart_body(world, alices_token):
    """A multipart form is read, as the toolkit reads it for its own grants."""
    body, kind = multipart(exchange_form(alices_token)), f"multipart/form-data; boundary={BOUNDARY}"
    assert world.send(body, content_type=kind, client=world.front).status_code == 200


def test_a_file_in_a_multipart_body(sent, alices_token):
    """A file beside the parameters is refused."""
    file = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\nx\r\n'
    body = file + multipart(exchange_form(alices_token))
    sent(body, content_type=f"multipart/form-data; boundary={BOUNDARY}", reason="body_malformed")


def test_a_large_multipart_body(sent, alices_token):
    """A multipart form has the same limit as any other."""
    body = multipart([*exchange_form(alices_token), ("padding", "x" * 65_536)])
    sent(body, content_type=f"multipart/form-data; boundary={BOUNDARY}", reason="body_too_large")


@pytest.mark.parametrize(
    ("request_of", "sentence"),
    [
        ({"secure": False}, "HTTPS is required."),
        ({"content_type": "application/json"}, "The body must be application/x-www-form-urlencoded in UTF-8."),
    ],
)
def test_a_refusal_says_what_to_do(world, alices_token, request_of, sentence):
    """The error description names the mistakes that developers make first."""
    answer = world.send(urlencode(exchange_form(alices_token)), client=world.front, **request_of)
    assert (answer.status_code, answer.json()["error_description"]) == (400, sentence)


def test_a_parameter_given_twice(world, alices_token):
    """The error description names the repeated parameter."""
    answer = world.exchange(alices_token, scope=["read", "write"])
    assert answer.json()["error_description"] == "The parameter scope is given twice."


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        pytest.param("--other", "multipart/form-data", id="no boundary"),
        pytest.param("--", "multipart/form-data; boundary=", id="empty boundary"),
        pytest.param(f"--{BOUNDARY}", f"multipart/form-data; boundary={BOUNDARY}", id="truncated"),
    ],
)
def test_a_malformed_multipart_body(sent, body, content_type):
    """A multipart body that Django cannot read is refused in JSON."""
    sent(body, content_type=content_type)


@pytest.mark.parametrize("charset", ["utf-16", "iso-8859-1", "utf-7", "no-such-charset"])
def test_a_charset_other_than_utf_8(sent, alices_token, charset):
    """A form in a charset other than UTF-8, known or unknown, is refused in JSON."""
    sent(urlencode(exchange_form(alices_token)), content_type=f"{FORM}; charset={charset}")


def test_a_body_in_utf_16(sent, alices_token):
    """A form whose bytes are UTF-16 is refused in JSON."""
    body = urlencode(exchange_form(alices_token)).encode("utf-16")
    sent(body, content_type=f"{FORM}; charset=utf-16")


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8"])
def test_a_charset_utf_8(world, alices_token, charset):
    """A form that declares the charset UTF-8 is read."""
    body = urlencode(exchange_form(alices_token))
    answer = world.send(body, content_type=f"{FORM}; charset={charset}", client=world.front)
    assert answer.status_code == 200


def test_a22_all_parameters_in_the_query(world, alices_token, sent):
    """An exchange with its parameters in the query string is refused, and no token is issued."""
    sent("", path=f"/o/token/?{urlencode(exchange_form(alices_token))}", reason="query_not_allowed")


@pytest.mark.parametrize("query", ["subject_token=x", "client_secret=x", "foo=bar", "x", "%00"])
def test_a22_query_beside_the_body(sent, alices_token, query):
    """A query string beside a valid body is refused, because servers log URLs."""
    sent(urlencode(exchange_form(alices_token)), path=f"/o/token/?{query}", reason="query_not_allowed")


def test_a22_grant_type_in_the_query(sent, alices_token):
    """A grant type in the query string does not turn the body into an exchange."""
    form = exchange_form(alices_token, without=["grant_type"])
    path = f"/o/token/?{urlencode({'grant_type': GRANT_TYPE})}"
    sent(urlencode(form), path=path, reason="query_not_allowed")


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete", "head"])
def test_a23_other_methods(world, alices_token, method):
    """The token endpoint accepts POST only, and issues no token for any other method."""
    before = world.counts()
    answer = getattr(Browser(), method)("/o/token/", dict(exchange_form(alices_token)), secure=True)
    assert (answer.status_code, world.counts()) == (405, before)
    assert b"access_token" not in answer.content


@pytest.mark.parametrize("value", ["x" * 2_049, "\u200b\x00\r\nü"], ids=["2049 characters", "any character"])
def test_a25_unknown_parameter(world, alices_token, value):
    """An unknown parameter is ignored, with any length and content."""
    assert world.exchange(alices_token, unknown=value).status_code == 200


@pytest.fixture
def token_of(settings, world):
    """Return a function that issues a token of a given length for Alice's login."""

    def mint(length):
        provider = settings.OAUTH2_PROVIDER
        settings.OAUTH2_PROVIDER = {**provider, "ACCESS_TOKEN_GENERATOR": lambda request: "t" * length}
        try:
            return world.login_token()
        finally:
            settings.OAUTH2_PROVIDER = provider

    return mint


@pytest.mark.parametrize("length", [4_001, 8_193, MAX_TOKEN_BYTES])
def test_a26_long_subject_token(world, token_of, length):
    """A valid subject token of the maximum length is accepted."""
    world.policy()
    assert world.exchange(token_of(length)).status_code == 200


@pytest.mark.parametrize("length", [MAX_TOKEN_BYTES + 1, 65_536])
def test_a26_too_long_subject_token(world, alices_token, token_of, length):
    """A valid subject token over the maximum length is refused for its size, not treated as absent."""
    reason = "parameter_too_large" if length < MAX_BODY_BYTES else "body_too_large"
    world.refuses(alices_token, subject_token=token_of(length), reason=reason)


@pytest.mark.parametrize("name", ["audience", "resource", "scope", "requested_token_type", "actor_token_type"])
def test_a26_too_long_parameter(world, alices_token, name):
    """Any other parameter beyond its limit is refused for its size."""
    world.refuses(alices_token, **{name: "https://" + "x" * 4_096}, reason="parameter_too_large")


@pytest.mark.parametrize("size", [MAX_BODY_BYTES + 1, 2_621_440, 2_621_441, 5_000_000])
def test_a28_body_too_large(sent, alices_token, size):
    """A body over the limit of this app, or over Django's, is refused in JSON."""
    body = urlencode(exchange_form(alices_token))
    sent(f"{body}&padding={'x' * (size - len(body) - 9)}", reason="body_too_large")


def test_a28_as_many_fields_as_allowed(world, alices_token):
    """A form with the maximum number of fields is read."""
    form = exchange_form(alices_token)
    more = [("unknown", "x")] * (MAX_FIELDS - len(form))
    assert world.post([*form, *more], client=world.front).status_code == 200


@pytest.mark.parametrize("fields", [MAX_FIELDS + 1, 1_000, 1_001, 1_500])
def test_a28_too_many_fields(sent, alices_token, fields):
    """More fields than this app or Django allows are refused in JSON."""
    form = exchange_form(alices_token)
    body = urlencode([*form, *[("unknown", "x")] * (fields - len(form))])
    sent(body, reason="body_too_large" if fields <= 1_000 else "body_malformed")


@pytest.mark.parametrize("body", ["", "&&&", "=", "x", "%", "grant_type"], ids=repr)
def test_a_empty_body(world, alices_token, body):
    """An empty body is refused in JSON, because it has no grant type."""
    before = world.counts()
    answer = world.send(body, client=world.front)
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/json")
    assert world.counts() == before


@pytest.mark.parametrize("chosen", [None, True, False])
def test_a_plain_http(world, alices_token, settings, chosen):
    """An exchange over plain HTTP is refused unless the site allows that."""
    if chosen is not None:
        settings.TOKEN_EXCHANGE = {"REQUIRE_HTTPS": chosen}
    if chosen is False:
        assert world.post(exchange_form(alices_token), client=world.front, secure=False).status_code == 200
        return
    world.refused(
        lambda: world.exchange(alices_token),
        lambda: world.post(exchange_form(alices_token), client=world.front, secure=False),
        error="invalid_request",
        reason="transport_not_secure",
    )
