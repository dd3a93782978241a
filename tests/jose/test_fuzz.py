"""Test with random input that reading ends with a result or `Refused`, and never with another exception."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.jose.issuer import EVERY_ALGORITHM, NOW, Issuer, as_json, claims, encode, jwk_set
from token_exchange.jose.claims import check
from token_exchange.jose.compact import UnverifiedToken, read
from token_exchange.jose.key_policy import ASYMMETRIC
from token_exchange.jose.keys import read_jwk_set, read_pasted
from token_exchange.jose.refusal import Refused
from token_exchange.jose.signature import verify
from token_exchange.sts.vocabulary import LEEWAY

pytestmark = pytest.mark.scenario("INV-19")

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=10)
    | st.sampled_from(["RSA", "EC", "OKP", "oct", "P-256", "Ed25519", "AQAB", "verify", "sig", "enc", *EVERY_ALGORITHM])
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
)
names = st.sampled_from(["alg", "kid", "typ", "crit", "iss", "sub", "aud", "exp", "iat", "nbf", "jti"])
objects = st.dictionaries(names | st.text(max_size=5), values, max_size=5)
key_members = st.sampled_from(["kty", "kid", "crv", "n", "e", "x", "y", "d", "k", "alg", "use", "key_ops"])
ISSUER, API = "https://issuer.example", "https://api.example"
ISSUERS = [Issuer(algorithm) for algorithm in EVERY_ALGORITHM]


@given(st.text() | st.text("AbC019-_.=+/ ", max_size=60))
def test_any_text_is_read_or_refused(text):
    """Reading any text raises no exception but `Refused`."""
    with suppress(Refused):
        assert isinstance(read(text), UnverifiedToken)


@given(st.binary(max_size=100) | objects.map(as_json), st.binary(max_size=100) | objects.map(as_json), st.binary())
def test_any_three_segments_are_read_or_refused(header, payload, signature):
    """Reading any well-encoded segments raises no exception but `Refused`."""
    try:
        token = read(f"{encode(header)}.{encode(payload)}.{encode(signature)}")
    except Refused:
        return
    with pytest.raises(Refused):
        verify(token, ISSUERS[0].keys(), ASYMMETRIC, allow_missing_kid=True)


@given(st.sampled_from(ISSUERS), st.sampled_from(EVERY_ALGORITHM), st.binary(max_size=300))
def test_any_signature_is_refused(issuer, algorithm, signature):
    """Random bytes as a signature are refused for any algorithm and any kind of key."""
    text = f"{encode(as_json(issuer.header(alg=algorithm)))}.{encode(as_json(claims()))}.{encode(signature or b'0')}"
    keys = read_jwk_set(jwk_set(issuer.jwk(alg=...)), ASYMMETRIC)
    with pytest.raises(Refused):
        verify(read(text), keys, ASYMMETRIC, allow_missing_kid=True)


@given(st.binary(max_size=200) | values.map(as_json) | st.fixed_dictionaries({"keys": values}).map(as_json))
def test_any_document_is_a_key_set_or_refused(document):
    """Any other response than a key set gives no key, and no exception but `Refused`."""
    with suppress(Refused):
        assert read_jwk_set(document, ASYMMETRIC).keys == ()


@given(st.sampled_from(ISSUERS), st.dictionaries(key_members, values, max_size=3))
def test_any_change_to_a_key_leaves_the_others_alone(issuer, changes):
    """A key with any changed members is kept or left out, and the good key beside it stays."""
    document = jwk_set({**issuer.jwk(), **changes}, Issuer(kid="good", name="good").jwk())
    try:
        keys = read_jwk_set(document, ASYMMETRIC)
    except Refused:  # a number that no JSON number is, a text that cannot be stored
        return
    assert "good" in [key.kid for key in keys.keys] or changes.get("kid") == "good"


@given(st.text() | st.text("-ENDPUBLICKEYkid:\n ", max_size=200).map("-----BEGIN PUBLIC KEY-----{}".format))
def test_any_paste_is_read_or_refused(text):
    """Any pasted text without a key gives no key, and no exception but `Refused`."""
    with suppress(Refused):
        assert read_pasted(text, ASYMMETRIC).keys == ()


@given(objects, st.floats(NOW - 400, NOW + 400))
def test_any_claims_hold_or_are_refused(changes, now):
    """Claims of any type are accepted or refused, at any time."""
    try:
        holds = check({**claims(), **changes}, issuer=ISSUER, audiences=frozenset({API}), now=now, max_age=60)
    except Refused:
        return
    assert holds.issued_at - LEEWAY <= now < holds.expires + LEEWAY
    assert API in holds.audiences
