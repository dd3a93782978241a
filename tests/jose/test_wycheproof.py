"""Run all Wycheproof vectors: signatures, keys, and encryption, which must be refused."""

from __future__ import annotations

import pytest

from tests.jose import expected_differences
from tests.jose.refusing import flaw_of
from tests.jose.wycheproof import vectors
from token_exchange.jose.compact import read, read_jws
from token_exchange.jose.key_policy import ASYMMETRIC
from token_exchange.jose.keys import read_jwk_set
from token_exchange.jose.refusal import Flaw, Refused
from token_exchange.jose.signature import verify_jws

SIGNATURES = vectors("json_web_signature_test.json", "jws")
KEYS = vectors("json_web_key_test.json", "jws")
ENCRYPTED = vectors("json_web_encryption_test.json", "jwe")

# What is wrong with the key of each vector that is about a public key.
KEY_FLAWS = {
    6: Flaw.KEY_NOT_FOR_SIGNATURES,
    7: Flaw.RSA_ROCA,
    8: Flaw.RSA_SIZE,
    9: Flaw.RSA_EXPONENT,
    19: Flaw.ALGORITHM_NOT_PINNED,
    20: Flaw.ALGORITHM_NOT_PINNED,
    21: Flaw.KEY_NOT_FOR_SIGNATURES,
    22: Flaw.KEY_MALFORMED,
    23: Flaw.ALGORITHM_NOT_PINNED,
    24: Flaw.KEY_KIND_UNSUPPORTED,
}


def is_accepted(vector):
    """Return True if the token is verified with all algorithms pinned and key ids optional."""
    try:
        verify_jws(
            read_jws(vector.token), read_jwk_set(vector.document, ASYMMETRIC), ASYMMETRIC, allow_missing_kid=True
        )
    except Refused:
        return False
    return True


@pytest.mark.parametrize("vector", SIGNATURES, ids=str)
def test_a_signature_counts_exactly_where_it_should(vector):
    """Exactly the valid vectors are accepted, except those in the table of differences."""
    assert is_accepted(vector) is (vector.valid and vector.number not in expected_differences.SIGNATURES)


@pytest.mark.parametrize("vector", KEYS, ids=str)
def test_a_key_set_counts_exactly_where_it_should(vector):
    """A token is verified exactly if the vector's key set is valid, except those in the table of differences."""
    assert is_accepted(vector) is (vector.valid and vector.number not in expected_differences.KEYS)


@pytest.mark.parametrize("vector", [vector for vector in KEYS if vector.number in KEY_FLAWS], ids=str)
def test_a_bad_public_key_is_left_out_for_what_is_wrong_with_it(vector):
    """The key is refused for the flaw that the vector is about."""
    keys = read_jwk_set(vector.document, ASYMMETRIC)
    assert keys.keys == ()
    assert keys.warnings[0].flaw is KEY_FLAWS[vector.number]


@pytest.mark.parametrize(
    "vector",
    [vector for vector in KEYS if vector.number not in KEY_FLAWS and vector.number != 5],
    ids=str,
)
def test_no_symmetric_key_is_ever_kept(vector):
    """No key of the other vectors is symmetric after reading, even from mixed sets."""
    keys = read_jwk_set(vector.document, ASYMMETRIC)
    assert Flaw.KEY_SYMMETRIC in {warning.flaw for warning in keys.warnings}
    assert "oct" not in {key.kty for key in keys.keys}


@pytest.mark.compliance("RFC 8725", "3.3")
@pytest.mark.parametrize("vector", ENCRYPTED, ids=str)
def test_nothing_encrypted_is_opened(vector):
    """A JWE is refused as encrypted, valid or not (RFC 8725 §3.3)."""
    expected = Flaw.ENCRYPTED if vector.token.count(".") == 4 else Flaw.NOT_COMPACT
    assert flaw_of(read, vector.token) is expected


@pytest.mark.parametrize(
    "vector",
    [vector for vector in SIGNATURES if 360 <= vector.number <= 375 and vector.number not in (367, 370)],
    ids=str,
)
def test_odd_base64_is_refused_at_the_door(vector):
    """Blanks, other characters and unused bits are refused before any key is used.

    Vectors 367 and 370 lost their padding on the way into the file: they are the valid vector 357, letter by
    letter.
    """
    assert flaw_of(read_jws, vector.token) is Flaw.NOT_BASE64URL


def test_every_vector_is_here():
    """The files are complete, and enough vectors are accepted."""
    assert [len(SIGNATURES), len(KEYS), len(ENCRYPTED)] == [401, 26, 139]
    assert [sum(map(is_accepted, SIGNATURES)), sum(map(is_accepted, KEYS))] == [26, 1]


@pytest.mark.parametrize(
    ("table", "of"),
    [(expected_differences.SIGNATURES, SIGNATURES), (expected_differences.KEYS, KEYS)],
    ids=["signatures", "keys"],
)
def test_the_table_holds_only_real_differences(table, of):
    """Each entry of the table is a vector that Wycheproof calls valid and that is refused."""
    assert set(table) == {vector.number for vector in of if vector.valid and not is_accepted(vector)}
    assert all(table.values())
