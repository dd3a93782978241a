"""Test which texts are read as a compact JWT, and which headers are accepted."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.jose.issuer import Issuer, as_json, claims, encode
from tests.jose.refusing import flaw_of
from token_exchange.jose.compact import UnverifiedHeader, read, read_jws
from token_exchange.jose.refusal import Flaw

HEADER = {"alg": "RS256", "kid": "key-1", "typ": "JWT"}

NOT_ALLOWED = {
    "crit": [["exp"], ["b64"], [], "exp", None],
    "b64": [False, True, None],
    "zip": ["DEF", None],
    "jwk": [{"kty": "RSA"}, {}, None],
    "enc": ["A128GCM", None],
}
"""The members that change how a token is read, or contain a key."""

IGNORED = {
    "jku": "https://attacker.example/keys",
    "x5u": "https://attacker.example/certificate",
    "x5c": ["MIIB"],
    "x5t": "ykNaY4qM_ta4k2TgZOCEYLkcYlA",
    "x5t#S256": ["a"],
    "gty": ["client_credentials"],
    "cty": "JWT",
    "p2c": 1_000_000,
    "epk": {},
    "nonce": "1",
    "nested": {"a": [{"b": None}]},
    "ALG": "none",
    "Kid": "key-2",
    "alg ": "none",
    "": "",
}
"""Members that issuers or attackers write beside alg, kid and typ."""


def unsigned(header=HEADER, payload=None, signature=b"signature"):
    """Return a well-formed token without a valid signature."""
    parts = (header, payload or claims(), signature)
    return ".".join(encode(part if isinstance(part, bytes) else as_json(part)) for part in parts)


def test_a_token_comes_apart_into_what_it_says():
    """Header, claims, the signed text and the signature are what the issuer wrote."""
    text = Issuer().token(email="alice@issuer.example")
    token = read(text)
    assert token.header == UnverifiedHeader(alg="RS256", kid="key-1", typ="JWT")
    assert token.claims == claims(email="alice@issuer.example")
    assert json.loads(token.payload) == token.claims
    assert f"{token.signing_input.decode()}.{encode(token.signature)}" == text


def test_nothing_of_a_token_is_shown():
    """The representation contains no claim, no signature and no part of the token."""
    assert repr(read(unsigned())) == ("UnverifiedToken(header=UnverifiedHeader(alg='RS256', kid='key-1', typ='JWT'))")


def test_the_longest_header_value_that_counts():
    """A key id of 256 characters is read."""
    assert read(unsigned({**HEADER, "kid": "k" * 256})).header.kid == "k" * 256


def test_only_alg_is_required_of_a_header():
    """A token without kid and typ is read."""
    assert read(unsigned({"alg": "ES256"})).header == UnverifiedHeader(alg="ES256", kid=None, typ=None)


@pytest.mark.compliance("RFC 8725", "3.10")
@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in NOT_ALLOWED.items() for value in values])
def test_what_changes_the_reading_is_refused(name, value):
    """A member that changes how a token is read, or contains a key, is refused with any value."""
    assert flaw_of(read, unsigned({**HEADER, name: value})) is Flaw.HEADER_NOT_ALLOWED


@pytest.mark.compliance("RFC 7515", "4")
@pytest.mark.parametrize("name", IGNORED)
def test_every_other_member_is_ignored(name):
    """Unknown header members are ignored, whatever their type."""
    assert read(unsigned({**HEADER, name: IGNORED[name]})).header == UnverifiedHeader(**HEADER)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(exclude_categories=["Cs", "Cc"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc"), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(sorted(IGNORED)) | st.text("abcdefgh-_", min_size=4), json_values, max_size=6))
def test_no_other_member_changes_what_is_read(members):
    """Unknown members do not change what is read of the header."""
    members = {name: value for name, value in members.items() if name not in NOT_ALLOWED}
    assert read(unsigned({**members, **HEADER})).header == read(unsigned()).header


@pytest.mark.parametrize("name", ["alg", "kid", "typ"])
@pytest.mark.parametrize(
    "value",
    [None, True, 1, [], ["RS256"], {}, "", "a\n", "a\u200b", "a" * 257],
    ids=lambda value: repr(value)[:10],
)
def test_a_header_value_is_short_printable_text(name, value):
    """A value that is not text, or is empty, unprintable or too long, is refused."""
    assert flaw_of(read, unsigned({**HEADER, name: value})) is Flaw.HEADER_MALFORMED


@pytest.mark.parametrize("header", [{}, {"kid": "key-1"}])
def test_a_header_without_an_algorithm_is_none(header):
    """A header without algorithm is refused."""
    assert flaw_of(read, unsigned(header)) is Flaw.HEADER_MALFORMED


@pytest.mark.compliance("RFC 8725", "3.7")
@pytest.mark.parametrize(
    ("header", "flaw"),
    [
        (b'{"alg":"none","alg":"RS256"}', Flaw.NAME_REPEATED),
        (b'["RS256"]', Flaw.NOT_AN_OBJECT),
        (b"RS256", Flaw.NOT_JSON),
        (b'{"alg":"RS256\xff"}', Flaw.NOT_JSON),
        (b'{"alg":' + b"[" * 2_000, Flaw.TOO_DEEP),
    ],
)
def test_a_header_is_plain_json(header, flaw):
    """JSON that two parsers could read differently is refused."""
    assert flaw_of(read, unsigned(header)) is flaw


@pytest.mark.compliance("RFC 8725", "3.7")
@pytest.mark.parametrize("payload", [b"foo", b"[]", b"\xff", b'{"sub":"a","sub":"b"}', b'{"exp":1e999}'])
def test_claims_are_a_plain_json_object(payload):
    """A signed message may have any payload; the payload of a token must be strict JSON."""
    text = unsigned(payload=payload)
    assert read_jws(text).payload == payload
    assert flaw_of(read, text) in {
        Flaw.NOT_JSON,
        Flaw.NOT_AN_OBJECT,
        Flaw.NAME_REPEATED,
        Flaw.NUMBER_OUT_OF_RANGE,
    }


@pytest.mark.parametrize("count", [0, 1, 3, 5, 100, 16_379])
def test_a_token_has_three_segments(count):
    """A text with fewer or more than two dots is refused."""
    assert flaw_of(read, "aaaa" + "." * count) is Flaw.NOT_COMPACT
    assert flaw_of(read, "aaaa" + "." * 4) is Flaw.ENCRYPTED


@pytest.mark.parametrize("text", ["", ".", "..", "a..", ".a.", "..a", "a.a.", ".a.a", "a..a"])
def test_no_segment_is_empty(text):
    """A token without signature, header or payload is refused."""
    assert flaw_of(read, text) is Flaw.NOT_COMPACT


@pytest.mark.parametrize("text", [f" {unsigned()}", f"{unsigned()}\n", unsigned().replace(".", ". "), f"{unsigned()}é"])
def test_no_character_is_allowed_around_a_token(text):
    """White space and other characters around a token are refused, not removed."""
    assert flaw_of(read, text) is Flaw.NOT_BASE64URL


def test_a_token_in_another_serialisation_is_none():
    """Only the compact serialisation is read (RFC 8725bis)."""
    header, payload, signature = unsigned().split(".")
    assert flaw_of(read, json.dumps({"protected": header, "payload": payload, "signature": signature}))


def test_the_longest_token_that_counts():
    """A token of the documented length is read, and one that is a byte longer is refused unread."""
    longest = unsigned(signature=b"")
    longest += "A" * (16_384 - len(longest))
    assert len(longest) == 16_384
    assert read(longest)
    assert flaw_of(read, longest + "A") is Flaw.TOO_LONG
