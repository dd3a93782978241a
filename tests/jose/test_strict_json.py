"""Test that JSON is refused if two parsers could read it differently."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.jose.refusing import flaw_of
from token_exchange.jose.refusal import Flaw, Refused
from token_exchange.jose.strict_json import MAX_INTEGER, parse_object

REFUSED = {
    b"": Flaw.NOT_JSON,
    b"{": Flaw.NOT_JSON,
    b"{}{}": Flaw.NOT_JSON,
    b"\xef\xbb\xbf{}": Flaw.NOT_JSON,
    b'{"a": "\xff"}': Flaw.NOT_JSON,
    b'{"a": "\xc0\xaf"}': Flaw.NOT_JSON,
    '{"a": 1}'.encode("utf-16"): Flaw.NOT_JSON,
    b"{'a': 1}": Flaw.NOT_JSON,
    b'{"a": 1,}': Flaw.NOT_JSON,
    b'{"a": "\n"}': Flaw.NOT_JSON,
    b'{"a": 01}': Flaw.NOT_JSON,
    b'{"a": 1} // nothing': Flaw.NOT_JSON,
    b"null": Flaw.NOT_AN_OBJECT,
    b"[]": Flaw.NOT_AN_OBJECT,
    b'"sub"': Flaw.NOT_AN_OBJECT,
    b"1": Flaw.NOT_AN_OBJECT,
    b'{"a": 1, "a": 1}': Flaw.NAME_REPEATED,
    b'{"a": 1, "\\u0061": 2}': Flaw.NAME_REPEATED,
    b'{"a": {"b": 1, "b": 2}}': Flaw.NAME_REPEATED,
    b'{"a": [{"b": 1, "b": 2}]}': Flaw.NAME_REPEATED,
    b'{"a": NaN}': Flaw.NUMBER_OUT_OF_RANGE,
    b'{"a": Infinity}': Flaw.NUMBER_OUT_OF_RANGE,
    b'{"a": -Infinity}': Flaw.NUMBER_OUT_OF_RANGE,
    b'{"a": 1e999}': Flaw.NUMBER_OUT_OF_RANGE,
    b'{"a": -1e999}': Flaw.NUMBER_OUT_OF_RANGE,
    b'{"a": 9223372036854775808}': Flaw.NUMBER_OUT_OF_RANGE,
    b'{"a": -9223372036854775808}': Flaw.NUMBER_OUT_OF_RANGE,
    b'{"a": 1' + b"0" * 5_000 + b"}": Flaw.NUMBER_OUT_OF_RANGE,
    b'{"a": "\\u0000"}': Flaw.TEXT_UNSTORABLE,
    b'{"a": "\\ud800"}': Flaw.TEXT_UNSTORABLE,
    b'{"a": ["\\uDFFF"]}': Flaw.TEXT_UNSTORABLE,
    b'{"a": {"\\ud83d": 1}}': Flaw.TEXT_UNSTORABLE,
    b'{"a": ' + b"[" * 16 + b"]" * 16 + b"}": Flaw.TOO_DEEP,
    b"[" * 8_000: Flaw.TOO_DEEP,
    b'{"a":' * 3_000: Flaw.TOO_DEEP,
}


@pytest.mark.parametrize(("data", "flaw"), REFUSED.items(), ids=range(len(REFUSED)))
def test_what_is_no_plain_object_is_refused(data, flaw):
    """Malformed, ambiguous, oversize or unstorable JSON is refused with its own flaw."""
    assert flaw_of(parse_object, data) is flaw


def test_the_refusal_carries_no_text():
    """The error contains no part of the text, unlike the error of Python's json module."""
    with pytest.raises(Refused) as refused:
        parse_object(b'{"sub": "alice"')
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__
    assert "alice" not in str(refused.value)


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b' {"a"\t:\n1} ', {"a": 1}),
        ('{"a": "Zoë 🦊"}'.encode(), {"a": "Zoë 🦊"}),
        (b'{"a": "\\ud83e\\udd8a\\u00e9"}', {"a": "🦊é"}),
        (b'{"a": "\\\\u0000"}', {"a": "\\u0000"}),
        (b'{"a": [1.5, true, null, -3]}', {"a": [1.5, True, None, -3]}),
        (b'{"a": 9223372036854775807}', {"a": 9_223_372_036_854_775_807}),
        (b'{"a": -9223372036854775807}', {"a": -9_223_372_036_854_775_807}),
    ],
)
def test_what_is_plain_is_read(data, value):
    """White space, UTF-8, escapes and ordinary values are read."""
    assert parse_object(data) == value


def test_the_deepest_nesting_that_counts():
    """JSON may be nested 16 levels deep, and brackets in strings do not count."""
    assert parse_object(b'{"a":' + b"[" * 15 + b"]" * 15 + b"}")
    assert parse_object(json.dumps({"a": "[" * 100, "b\\": '"[{' * 50, "c": [[]] * 50}).encode())


texts = st.text(st.characters(codec="utf-8", exclude_characters="\0") | st.sampled_from('\\"[]{}'), max_size=8)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | st.floats(-1e300, 1e300) | texts,
    lambda children: st.lists(children, max_size=4) | st.dictionaries(texts, children, max_size=4),
    max_leaves=10,
)


@given(st.dictionaries(texts, json_values, max_size=4))
def test_it_reads_what_the_standard_library_writes(value):
    """Any object that can be stored is read as it was written, escaped or not."""
    assert parse_object(json.dumps(value).encode()) == value
    assert parse_object(json.dumps(value, ensure_ascii=False, indent=1).encode()) == value
