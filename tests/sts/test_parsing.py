"""Test how a form becomes a request, and which forms are refused."""

from __future__ import annotations

import pytest

from token_exchange.sts.errors import InvalidRequest, InvalidScope, InvalidTarget
from token_exchange.sts.form import Form
from token_exchange.sts.parsing import is_resource, parse
from token_exchange.sts.reasons import Reason
from token_exchange.sts.vocabulary import (
    ACCESS_TOKEN,
    GRANT_TYPE,
    MAX_FIELDS,
    MAX_PARAMETER_BYTES,
    MAX_TARGETS,
    MAX_TOKEN_BYTES,
    PARAMETERS,
    REPEATABLE,
)

FORM = [("grant_type", GRANT_TYPE), ("subject_token", "abc"), ("subject_token_type", ACCESS_TOKEN)]
WITH_ACTOR = [*FORM, ("actor_token", "def"), ("actor_token_type", ACCESS_TOKEN)]


def parsed(pairs):
    """Return the request that a form of these pairs holds."""
    return parse(Form.of(pairs))


def refused(pairs, kind=InvalidRequest):
    """Return the reason and the parameter of a refusal."""
    with pytest.raises(kind) as error:
        parsed(pairs)
    assert type(error.value) is kind
    return error.value.reason, error.value.parameter


def test_the_least_request():
    """The required parameters are enough for a request; all others are absent."""
    request = parsed(FORM)
    assert (request.subject_token.value, request.subject_token.token_type) == ("abc", ACCESS_TOKEN)
    assert request.actor_token is None
    assert (request.audiences, request.resources) == ((), ())
    assert request.scopes is None
    assert request.requested_token_type is None


def test_the_full_request():
    """Every parameter is read, repetitions of audience and resource in their order."""
    request = parsed(
        [
            *WITH_ACTOR,
            ("audience", "b"),
            ("resource", "https://b.example/x?t=1"),
            ("audience", "a"),
            ("resource", "https://a.example/"),
            ("scope", "read  write\tread "),
            ("requested_token_type", "urn:example:x"),
            ("client_id", "front"),
            ("unheard_of", "x" * 9_999),
        ]
    )
    assert (request.actor_token.value, request.actor_token.token_type) == ("def", ACCESS_TOKEN)
    assert request.audiences == ("b", "a")
    assert request.resources == ("https://b.example/x?t=1", "https://a.example/")
    assert request.scopes == {"read", "write"}
    assert request.requested_token_type == "urn:example:x"


def test_empty_is_absent():
    """RFC 6749 §3.2: a parameter without a value was not sent."""
    empty = [(name, "") for name in ("actor_token", "audience", "resource", "scope", "requested_token_type")]
    assert parsed([*FORM, *empty, ("actor_token_type", "")]) == parsed(FORM)
    assert parsed([*FORM, ("scope", " \t ")]).scopes is None


@pytest.mark.parametrize(
    ("pairs", "reason", "parameter"),
    [
        (FORM[:1], Reason.PARAMETER_MISSING, "subject_token"),
        (FORM[:2], Reason.PARAMETER_MISSING, "subject_token_type"),
        ([FORM[0], FORM[2]], Reason.PARAMETER_MISSING, "subject_token"),
        (WITH_ACTOR[:4], Reason.PARAMETER_MISSING, "actor_token_type"),
        ([*FORM, WITH_ACTOR[4]], Reason.PARAMETER_WITHOUT_ITS_TOKEN, "actor_token"),
        ([*FORM, ("actor_token", ""), WITH_ACTOR[4]], Reason.PARAMETER_WITHOUT_ITS_TOKEN, "actor_token"),
    ],
)
def test_a_token_and_its_type_come_together(pairs, reason, parameter):
    """A missing token or token type is refused, never guessed."""
    assert refused(pairs) == (reason, parameter)


@pytest.mark.parametrize("name", sorted(PARAMETERS - REPEATABLE))
@pytest.mark.parametrize("values", [("abc", "abc"), ("abc", "def"), ("", "abc"), ("abc", ""), ("", "")])
def test_nothing_but_targets_may_repeat(name, values):
    """A repeated parameter is refused, even if the values are equal or one is empty."""
    others = [pair for pair in WITH_ACTOR if pair[0] != name]
    repeated = [(name, value) for value in values]
    assert refused([*others, *repeated]) == (Reason.PARAMETER_REPEATED, name)


@pytest.mark.parametrize("token_type", ["access_token", " urn:x", "1urn:x", ":x"])
@pytest.mark.parametrize("name", ["subject_token_type", "actor_token_type"])
def test_a_token_type_is_a_uri(name, token_type):
    """A token type must be a URI."""
    pairs = [(known, token_type if known == name else value) for known, value in WITH_ACTOR]
    assert refused(pairs) == (Reason.PARAMETER_MALFORMED, name)


@pytest.mark.parametrize("name", ["audience", "resource"])
def test_targets_are_few_distinct_and_not_blank(name):
    """Too many, repeated and blank targets are refused."""
    values = [f"https://{number}.example/" for number in range(MAX_TARGETS + 1)]
    pairs = [(name, value) for value in values]
    assert len(getattr(parsed([*FORM, *pairs[1:]]), f"{name}s")) == MAX_TARGETS
    assert refused([*FORM, *pairs], InvalidTarget) == (Reason.TOO_MANY_TARGETS, "target")
    assert refused([*FORM, pairs[0], pairs[0]], InvalidTarget) == (Reason.TARGET_REPEATED, "target")
    assert refused([*FORM, pairs[0], (name, " ")], InvalidTarget) == (Reason.TARGET_MALFORMED, "target")


@pytest.mark.parametrize(
    "uri",
    [
        "https://api.example",
        "https://api.example/x?t=1",
        "https://[::1]:8443/",
        "spiffe://trust.example/api",
    ],
)
def test_a_resource_is_an_absolute_uri_with_a_host(uri):
    """An absolute resource URI is kept as it is, with its query."""
    assert is_resource(uri)
    assert parsed([*FORM, ("resource", uri)]).resources == (uri,)


@pytest.mark.parametrize(
    "uri",
    [
        "/api",
        "api",
        "//api.example/",
        "https://",
        "https:///path",
        "https://:443/",
        "https:api.example",
        "urn:example:api",
        "mailto:a@b.example",
        "https://api.example/#",
        "https://api.example/#a",
        "https://user@api.example/",
        "https://good.example:secret@evil.example/",
        "https://api.example/a b",
        "https://[::1",
        "1https://api.example/",
        " https://api.example/",
    ],
)
def test_what_is_no_resource_is_an_invalid_target(uri):
    """A resource that is relative, without host, or with fragment or user is refused."""
    assert not is_resource(uri)
    assert refused([*FORM, ("resource", uri)], InvalidTarget) == (Reason.TARGET_MALFORMED, "target")


@pytest.mark.parametrize("uri", ["https://api.example/\n", "https://api.example/\t", "https://äpi.example/"])
def test_a_resource_that_no_client_can_send_is_none(uri):
    """A URI that urlsplit would change silently can be neither requested nor registered."""
    assert not is_resource(uri)


@pytest.mark.parametrize("scope", ['a"b', "a\\b", 'read "write"'])
def test_scope_tokens_have_their_own_alphabet(scope):
    """RFC 6749 §3.3: neither quotation marks nor backslashes."""
    assert refused([*FORM, ("scope", scope)], InvalidScope) == (Reason.PARAMETER_MALFORMED, "scope")


def test_the_number_of_fields_is_limited():
    """A form with too many fields is refused, even if their names are unknown."""
    filling = [(f"x{number}", "") for number in range(MAX_FIELDS - len(FORM))]
    assert parsed([*filling, *FORM])
    assert refused([*filling, *FORM, ("x", "")]) == (Reason.BODY_TOO_LARGE, "size")


@pytest.mark.parametrize("name", ["subject_token", "actor_token"])
def test_tokens_have_a_limit_of_their_own(name):
    """A token may be as long as the documented limit; a longer one is refused."""
    longest = [(known, "x" * MAX_TOKEN_BYTES if known == name else value) for known, value in WITH_ACTOR]
    assert len(getattr(parsed(longest), name).value) == MAX_TOKEN_BYTES
    longer = [(known, value + "x" if known == name else value) for known, value in longest]
    assert refused(longer) == (Reason.PARAMETER_TOO_LARGE, name)


def test_every_other_parameter_has_the_same_limit():
    """A name or a scope list of four kilobytes passes, one of a byte more does not."""
    assert parsed([*FORM, ("audience", "x" * MAX_PARAMETER_BYTES)]).audiences
    too_long = [*FORM, ("audience", "x" * (MAX_PARAMETER_BYTES + 1))]
    assert refused(too_long) == (Reason.PARAMETER_TOO_LARGE, "audience")


@pytest.mark.parametrize("name", ["audience", "scope", "requested_token_type", "client_id", "resource"])
def test_a_token_pasted_where_a_name_belongs_is_refused(name):
    """A parameter that contains a presented token is refused, because records keep its value."""
    secret = "a-token-of-some-length"
    pairs = [FORM[0], ("subject_token", secret), FORM[2], (name, f"x{secret}x")]
    with pytest.raises(InvalidRequest) as error:
        parsed(pairs)
    assert error.value.parameter == name


def test_a_short_token_is_no_secret():
    """A value shorter than any token may be part of another parameter."""
    assert parsed([FORM[0], ("subject_token", "read"), FORM[2], ("scope", "read")]).scopes == {"read"}
