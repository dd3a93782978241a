"""From pairs to a request: what is read, and what is refused rather than overlooked."""

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
    """The request that a form of these pairs holds."""
    return parse(Form.of(pairs))


def refused(pairs, kind=InvalidRequest):
    """The reason and the parameter of a refusal."""
    with pytest.raises(kind) as error:
        parsed(pairs)
    assert type(error.value) is kind
    return error.value.reason, error.value.parameter


def test_the_least_request():
    """The required parameters alone make a request, and everything else is absent."""
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
    """TX-021, 022, 026, 027: neither token nor type is guessed from the other."""
    assert refused(pairs) == (reason, parameter)


@pytest.mark.parametrize("name", sorted(PARAMETERS - REPEATABLE))
@pytest.mark.parametrize("values", [("abc", "abc"), ("abc", "def"), ("", "abc"), ("abc", ""), ("", "")])
def test_nothing_but_targets_may_repeat(name, values):
    """A18, TXS-015: a second value, equal, different or empty, is refused, never chosen from."""
    others = [pair for pair in WITH_ACTOR if pair[0] != name]
    repeated = [(name, value) for value in values]
    assert refused([*others, *repeated]) == (Reason.PARAMETER_REPEATED, name)


@pytest.mark.parametrize("token_type", ["access_token", " urn:x", "1urn:x", ":x"])
@pytest.mark.parametrize("name", ["subject_token_type", "actor_token_type"])
def test_a_token_type_is_a_uri(name, token_type):
    """TX-060: a bare word is no token type."""
    pairs = [(known, token_type if known == name else value) for known, value in WITH_ACTOR]
    assert refused(pairs) == (Reason.PARAMETER_MALFORMED, name)


@pytest.mark.parametrize("name", ["audience", "resource"])
def test_targets_are_few_distinct_and_not_blank(name):
    """TX-040, I07: too many, repeated and blank targets are refused."""
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
    """TX-008, TX-009: scheme, host and, where there is one, the query are kept as they are."""
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
    """TX-008, TX-010: relative, without host, with fragment or userinfo, or not a URI at all."""
    assert not is_resource(uri)
    assert refused([*FORM, ("resource", uri)], InvalidTarget) == (Reason.TARGET_MALFORMED, "target")


@pytest.mark.parametrize("uri", ["https://api.example/\n", "https://api.example/\t", "https://äpi.example/"])
def test_a_resource_that_no_client_can_send_is_none(uri):
    """What urlsplit would tidy up silently can never be asked for, so it cannot be registered either."""
    assert not is_resource(uri)


@pytest.mark.parametrize("scope", ['a"b', "a\\b", 'read "write"'])
def test_scope_tokens_have_their_own_alphabet(scope):
    """RFC 6749 §3.3: neither quotation marks nor backslashes."""
    assert refused([*FORM, ("scope", scope)], InvalidScope) == (Reason.PARAMETER_MALFORMED, "scope")


def test_the_number_of_fields_is_limited():
    """A28: a form with too many fields is refused, known or not."""
    filling = [(f"x{number}", "") for number in range(MAX_FIELDS - len(FORM))]
    assert parsed([*filling, *FORM])
    assert refused([*filling, *FORM, ("x", "")]) == (Reason.BODY_TOO_LARGE, "size")


@pytest.mark.parametrize("name", ["subject_token", "actor_token"])
def test_tokens_have_a_limit_of_their_own(name):
    """A26: a token may be long, up to the documented limit, and is never cut or taken as absent."""
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
    """INV-22: names are kept in records, so none of them may be, or hold, a presented token."""
    secret = "a-token-of-some-length"
    pairs = [FORM[0], ("subject_token", secret), FORM[2], (name, f"x{secret}x")]
    with pytest.raises(InvalidRequest) as error:
        parsed(pairs)
    assert error.value.parameter == name


def test_a_short_token_is_no_secret():
    """What is too short to be a token of anybody's may be part of a word."""
    assert parsed([FORM[0], ("subject_token", "read"), FORM[2], ("scope", "read")]).scopes == {"read"}
