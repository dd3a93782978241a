"""INV-4: a repeated, oversize, malformed or unsupported parameter is an error, never treated as absent."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.worlds.world import SECRET, exchange_form
from token_exchange.sts.errors import TokenExchangeError
from token_exchange.sts.form import Form
from token_exchange.sts.parsing import parse
from token_exchange.sts.vocabulary import (
    ACCESS_TOKEN,
    GRANT_TYPE,
    MAX_FIELDS,
    MAX_PARAMETER_BYTES,
    MAX_TOKEN_BYTES,
    PARAMETERS,
    REPEATABLE,
    TOKEN_PARAMETERS,
    UNSUPPORTED,
)

FORM = (
    ("grant_type", GRANT_TYPE),
    ("subject_token", "a-subject-token"),
    ("subject_token_type", ACCESS_TOKEN),
    ("actor_token", "an-actor-token"),
    ("actor_token_type", ACCESS_TOKEN),
    ("audience", "back-api"),
    ("resource", "https://back.example/"),
    ("scope", "read write"),
    ("requested_token_type", ACCESS_TOKEN),
    ("client_id", "front"),
    ("client_secret", "secret"),
)

names = st.sampled_from(sorted(PARAMETERS))
places = st.integers(0, len(FORM))
printable = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=20)
unprintable = st.characters(exclude_categories=[], min_codepoint=0x7F) | st.characters(max_codepoint=0x1F)
optional_pairs = st.lists(
    st.sampled_from(FORM[3:]) | st.tuples(names | st.text(max_size=5), printable | st.text(max_size=5)),
    max_size=6,
)
unsupported_types = st.from_regex(r"\Aurn:[a-z]{1,12}(:[a-z]{1,12}){0,2}\Z").filter(lambda urn: urn != ACCESS_TOKEN)


def parsed(pairs):
    """Return the request in a form of these pairs."""
    return parse(Form.of(pairs))


def refuses(pairs):
    """Return if the pairs are refused."""
    try:
        parsed(pairs)
    except TokenExchangeError:
        return True
    return False


def test_the_sample_is_a_request():
    """The sample that the tests below change is a valid request."""
    assert not refuses(FORM)


@given(st.permutations(FORM), names, places, st.sampled_from(["", "x"]) | printable)
def test_a_repetition_is_refused(form, name, place, value):
    """A second value of a parameter is refused at any position, unless the parameter may repeat."""
    assume(name not in REPEATABLE and name in dict(FORM))
    assert refuses([*form[:place], (name, value), *form[place:]])


@given(names, printable, unprintable, printable)
def test_a_character_out_of_place_is_refused(name, before, odd, after):
    """Control characters and characters beyond ASCII are refused in every parameter, except a tab between scopes."""
    assume(not (name == "scope" and odd == "\t"))
    assert refuses([*((known, value) for known, value in FORM if known != name), (name, before + odd + after)])


@given(names, st.integers(1, 100))
def test_an_oversize_value_is_refused(name, excess):
    """A value over the limit is refused, never shortened or ignored (CVE-2026-9704)."""
    limit = MAX_TOKEN_BYTES if name in TOKEN_PARAMETERS else MAX_PARAMETER_BYTES
    assert refuses([*((known, value) for known, value in FORM if known != name), (name, "x" * (limit + excess))])


@given(st.integers(1, 500))
def test_too_many_fields_are_refused(excess):
    """Too many parameters are refused, also with unknown names."""
    assert refuses([*FORM, *(("x", "") for _ in range(MAX_FIELDS - len(FORM) + excess))])


@given(optional_pairs, places)
def test_nothing_that_was_sent_is_treated_as_absent(optional, place):
    """Any pairs are refused, or every known parameter among them is in the request."""
    pairs = [*optional[:place], *FORM[:3], *optional[place:]]
    try:
        request = parsed(pairs)
    except TokenExchangeError:
        return
    sent = {name: [value for known, value in pairs if known == name and value] for name in PARAMETERS}
    assert [request.subject_token.value] == sent["subject_token"]
    assert [request.subject_token.token_type] == sent["subject_token_type"]
    assert ([request.actor_token.value] if request.actor_token else []) == sent["actor_token"]
    assert ([request.actor_token.token_type] if request.actor_token else []) == sent["actor_token_type"]
    assert list(request.audiences) == sent["audience"]
    assert list(request.resources) == sent["resource"]
    assert (request.scopes or frozenset()) == frozenset(" ".join(sent["scope"]).split())
    assert [request.requested_token_type] == (sent["requested_token_type"] or [None])


@given(st.permutations(FORM))
def test_the_order_of_parameters_does_not_matter(form):
    """The same pairs in another order give the same request."""
    assert parsed(form) == parsed(FORM)


@pytest.mark.parametrize("name", ["subject_token_type", "requested_token_type", "actor_token_type"])
@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(unsupported=unsupported_types)
def test_an_unsupported_type_is_refused_over_http(world, name, unsupported):
    """An unsupported type is refused, never ignored."""
    world.policy(ways=["delegation"], lists={"actor_clients": [world.front]})
    form = {"actor_token": world.client_token()}
    subject_token = world.login_token()
    world.refused(
        lambda: world.exchange(subject_token, **form),
        lambda: world.exchange(subject_token, **{**form, name: unsupported}),
        error="invalid_request",
    )


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=names, value=st.sampled_from(["", "x"]) | printable, place=places)
def test_a_repetition_is_refused_over_http(world, name, value, place):
    """A parameter of which the toolkit would read the last value is refused when repeated (P7)."""
    assume(name not in REPEATABLE | UNSUPPORTED and not name.startswith("client_assertion"))
    world.policy(ways=["delegation"], lists={"actor_clients": [world.front]})
    whole = {"actor_token": world.client_token(), "scope": "read", "requested_token_type": ACCESS_TOKEN}
    whole |= {"reason": "Case 7", "reference": "7"}
    form = exchange_form(world.login_token(), **whole)
    form += [("client_id", world.front.client_id), ("client_secret", SECRET)]
    world.refused(
        lambda: world.post(form),
        lambda: world.post([*form[:place], (name, value), *form[place:]]),
        error="invalid_request",
    )
