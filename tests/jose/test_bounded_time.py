"""Test that the longest malformed texts are refused quickly."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest

from tests.jose.issuer import as_json, encode
from tests.jose.refusing import flaw_of
from token_exchange.jose.compact import read
from token_exchange.jose.key_policy import ASYMMETRIC
from token_exchange.jose.keys import read_jwk_set, read_pasted
from token_exchange.jose.refusal import Refused

HEADERS = {
    "brackets": b"[" * 12_000,
    "objects": b'{"":' * 3_000,
    "quotes": b"{" + b'"' * 12_000,
    "escaped quotes": b'{"' + b'\\"' * 6_000,
    "escaped quotes and a backslash": b'{"' + b'\\"' * 6_000 + b"\\",
    "digits": b'{"alg":' + b"9" * 12_000 + b"}",
    "a fraction": b'{"alg":0.' + b"9" * 12_000 + b"}",
    "an exponent": b'{"alg":1e' + b"9" * 12_000 + b"}",
    "members": as_json(dict.fromkeys(map(str, range(1_000)), 0)),
    "repetitions": b"{" + b'"a":0,' * 1_900 + b'"b":0}',
    "blanks": b" " * 12_000,
}
TEXTS = {
    **{name: f"{encode(header)}.AA.AA" for name, header in HEADERS.items()},
    "dots": "." * 16_384,
    "one segment": "A" * 16_384,
    "another alphabet": "é" * 16_384,
}
PASTES = {
    "beginnings": "-----BEGIN PUBLIC KEY-----\n" * 9_000,
    "names": "kid: a\n" * 37_000,
    "one long name": "kid: " + "a" * 262_000,
    "dashes": "-" * 262_000,
}


def seconds(call, *arguments):
    """Return the CPU seconds of a call, whether it refuses or not."""
    began = time.process_time()
    with suppress(Refused):
        call(*arguments)
    return time.process_time() - began


@pytest.mark.parametrize("case", TEXTS)
def test_a_hostile_token_costs_little(case):
    """A malformed token of 16 KiB is refused in less than 50 ms."""
    assert len(TEXTS[case]) <= 16_384
    assert seconds(flaw_of, read, TEXTS[case]) < 0.05


@pytest.mark.parametrize("case", HEADERS)
def test_a_hostile_key_set_costs_little(case):
    """A malformed key set of 256 KiB is refused in less than 100 ms."""
    document = b'{"keys":[' + HEADERS[case] * (250_000 // len(HEADERS[case])) + b"]}"
    assert seconds(read_jwk_set, document, ASYMMETRIC) < 0.1


@pytest.mark.parametrize("case", PASTES)
def test_a_hostile_paste_costs_little(case):
    """The longest paste with half a PEM block is read in less than 100 ms."""
    assert seconds(read_pasted, PASTES[case], ASYMMETRIC) < 0.1
