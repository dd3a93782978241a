"""Test that base64url has one spelling for each sequence of bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.jose.refusing import flaw_of
from token_exchange.jose import base64url
from token_exchange.jose.refusal import Flaw, Refused

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@given(st.binary(max_size=200))
def test_what_was_encoded_comes_back(data):
    """Decoding undoes encoding for any bytes."""
    assert base64url.decode(base64url.encode(data)) == data


@pytest.mark.parametrize(
    "text",
    ["AA==", "AA=", "A", "AAAAA", "+_8A", "/_8A", "AB", "AAB", " AAAA", "AAAA\n", "AA AA", "AAAA=", "AA\0A", "ÄAAA"],
)
def test_every_other_spelling_is_refused(text):
    """Padding, the other alphabet, unused bits, white space and impossible lengths are all refused."""
    assert flaw_of(base64url.decode, text) is Flaw.NOT_BASE64URL


@given(st.text(ALPHABET + "=+/ \n\t.é", max_size=20))
def test_no_two_texts_decode_to_the_same_bytes(text):
    """An accepted text is the one that encoding its bytes returns."""
    try:
        data = base64url.decode(text)
    except Refused:
        return
    assert base64url.encode(data) == text
