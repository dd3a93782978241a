"""Test which keys of a key set are kept, which are left out, and with which warning."""

from __future__ import annotations

import codecs
import json

import pytest

from tests.jose.issuer import EVERY_ALGORITHM, Issuer, encode, encode_number, jwk_set, private_key
from tests.jose.refusing import flaw_of
from token_exchange.jose.key_policy import ASYMMETRIC
from token_exchange.jose.keys import KeyWarning, read_jwk_set
from token_exchange.jose.refusal import Flaw

GOOD = Issuer(kid="good")
UNUSABLE = KeyWarning(Flaw.KEY_SET_UNUSABLE)


@pytest.mark.parametrize("algorithm", EVERY_ALGORITHM)
def test_a_good_key_is_kept_with_what_it_is_for(algorithm):
    """A key of every supported kind is loaded, and verifies the one algorithm that it names."""
    [key] = Issuer(algorithm).keys().keys
    assert (key.kid, key.algorithms) == ("key-1", frozenset({algorithm}))
    assert key.key.public_numbers() if hasattr(key.key, "public_numbers") else key.key


@pytest.mark.parametrize(
    ("algorithm", "usable"),
    [
        ("RS256", {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}),
        ("ES256", {"ES256"}),
        ("ES384", {"ES384"}),
        ("ES512", {"ES512"}),
        ("EdDSA", {"EdDSA"}),
    ],
)
def test_a_key_without_alg_serves_what_is_pinned_and_fits(algorithm, usable):
    """Without `alg`, the kind of key and the pinned algorithms decide what a key verifies."""
    document = jwk_set(Issuer(algorithm).jwk(alg=...))
    assert read_jwk_set(document, ASYMMETRIC).keys[0].algorithms == usable
    assert read_jwk_set(document, frozenset({algorithm, "none", "HS256"})).keys[0].algorithms == {algorithm}


def test_a_key_that_no_pin_needs_is_left_out():
    """A key that can verify none of the pinned algorithms is left out with that warning."""
    keys = read_jwk_set(jwk_set(Issuer("ES256").jwk(), GOOD.jwk()), frozenset({"RS256"}))
    assert [key.kid for key in keys.keys] == ["good"]
    assert keys.warnings == (KeyWarning(Flaw.ALGORITHM_NOT_PINNED, 1, "key-1"),)


@pytest.mark.parametrize("change", [{"use": ...}, {"key_ops": ["verify"]}, {"x5c": ["MIIB"], "x5t": "a", "ext": True}])
def test_what_an_issuer_may_add_or_leave_out(change):
    """`use` is optional, `key_ops` may contain verify, and unknown members are ignored."""
    assert Issuer().keys(**change).warnings == ()


@pytest.mark.parametrize("bits", [2_048, 4_096])
def test_usual_sizes_are_kept(bits):
    """RSA keys of the usual sizes are accepted, and none has the ROCA fingerprint."""
    assert Issuer(bits=bits, name=str(bits)).keys().warnings == ()


def test_the_largest_modulus_that_counts():
    """An RSA key of 8,192 bits is accepted."""
    largest = 2**8_192 - 1
    assert Issuer().keys(n=encode_number(largest)).keys[0].key.key_size == 8_192


NULLS = ["alg", "use", "key_ops", "x5c", "d", "p", "q", "dp", "dq", "qi", "oth", "k"]


@pytest.mark.parametrize("nulls", [*([name] for name in NULLS), NULLS], ids=",".join)
def test_a_member_that_is_null_is_not_there(nulls):
    """A member with the value null counts as absent, private members included."""
    document = jwk_set({**GOOD.jwk(), **dict.fromkeys(nulls)})
    keys = read_jwk_set(document, GOOD.pinned)
    assert keys.warnings == ()
    assert keys.keys == read_jwk_set(jwk_set(GOOD.jwk(**dict.fromkeys(nulls, ...))), GOOD.pinned).keys


def test_a_spiffe_bundle():
    """Keys with the use jwt-svid are kept, and certificate authorities of the bundle are left out with a warning."""
    authority = {"use": "x509-svid", "kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "x5c": ["MIIB"]}
    bundle = {
        "spiffe_sequence": 3,
        "spiffe_refresh_hint": 300,
        "keys": [authority, Issuer("ES256").jwk(use="jwt-svid", alg=...)],
    }
    keys = read_jwk_set(json.dumps(bundle).encode(), ASYMMETRIC)
    assert [key.kid for key in keys.keys] == ["key-1"]
    assert keys.warnings == (KeyWarning(Flaw.KEY_NOT_FOR_SIGNATURES, 1),)


@pytest.mark.parametrize("second", [GOOD, Issuer(kid="good", name="other"), Issuer("ES256", kid="good")])
def test_keys_of_one_name_are_kept(second):
    """Several keys may have the same name, for one algorithm or several, and one key may be listed twice."""
    keys = read_jwk_set(jwk_set(GOOD.jwk(), second.jwk(), Issuer("EdDSA", kid="third").jwk()), ASYMMETRIC)
    assert [key.kid for key in keys.keys] == ["good", "good", "third"]
    assert keys.warnings == ()


def test_four_keys_of_one_name_and_algorithm_are_left_out():
    """Too many keys with one name and algorithm are left out; other names and algorithms stay usable."""
    crowd = [Issuer("ES256", kid="good").jwk() for _each in range(1)]
    crowd += [Issuer(kid="good", name=str(number)).jwk() for number in range(4)]
    keys = read_jwk_set(jwk_set(*crowd, Issuer(kid="third").jwk()), ASYMMETRIC)
    assert [(key.kid, key.kty) for key in keys.keys] == [("good", "EC"), ("third", "RSA")]
    assert keys.warnings == tuple(KeyWarning(Flaw.KEY_ID_REPEATED, position, "good") for position in (2, 3, 4, 5))
    assert read_jwk_set(keys.document(), ASYMMETRIC).keys == keys.keys


@pytest.mark.parametrize("repetitions", [2, 8])
def test_one_key_many_times_is_no_crowd(repetitions):
    """The same key counts once, even if it is listed several times or for several algorithms."""
    entries = [
        GOOD.jwk(alg=algorithm) for algorithm in ("RS256", "RS384", "RS512", ...) for _time in range(repetitions)
    ]
    keys = read_jwk_set(jwk_set(*entries), ASYMMETRIC)
    assert keys.warnings == ()
    assert len({key.material for key in keys.keys}) == 1


def test_one_unnamed_key_repeated_counts_as_one():
    """Several entries of the same key without a name count as one key."""
    nameless = Issuer(kid=None)
    assert read_jwk_set(jwk_set(nameless.jwk(), nameless.jwk(alg="RS512")), ASYMMETRIC).warnings == ()


@pytest.mark.parametrize("document", [b'{"keys": []}', jwk_set(GOOD.jwk())], ids=["empty", "one key"])
def test_a_byte_order_mark_is_overlooked(document):
    """A byte order mark before the document is ignored (RFC 8259 §8.1), and the rest is read strictly."""
    marked = codecs.BOM_UTF8 + document
    assert read_jwk_set(marked, ASYMMETRIC) == read_jwk_set(document, ASYMMETRIC)
    assert flaw_of(read_jwk_set, codecs.BOM_UTF8 + marked, ASYMMETRIC) is Flaw.NOT_JSON
    assert flaw_of(read_jwk_set, document.decode().encode("utf-16"), ASYMMETRIC) is Flaw.NOT_JSON


def test_a_bad_key_does_not_take_a_good_ones_name():
    """An encryption key with the same name does not make the signing key ambiguous."""
    keys = read_jwk_set(jwk_set(GOOD.jwk(use="enc"), GOOD.jwk()), ASYMMETRIC)
    assert [key.kid for key in keys.keys] == ["good"]


def test_a_key_without_a_name_counts_only_alone():
    """A key without a name is left out beside other keys, and kept alone."""
    nameless = Issuer("ES256", kid=None)
    keys = read_jwk_set(jwk_set(nameless.jwk(), GOOD.jwk()), ASYMMETRIC)
    assert keys.warnings == (KeyWarning(Flaw.KEY_ID_MISSING, 1),)
    assert nameless.keys().warnings == ()


def test_an_empty_result_has_a_warning():
    """A set without a usable key is read, with a warning that it verifies nothing."""
    assert read_jwk_set(b'{"keys": []}', ASYMMETRIC).warnings == (UNUSABLE,)
    keys = read_jwk_set(jwk_set(GOOD.jwk(use="enc")), ASYMMETRIC)
    assert keys.keys == ()
    assert keys.warnings == (KeyWarning(Flaw.KEY_NOT_FOR_SIGNATURES, 1, "good"), UNUSABLE)


@pytest.mark.parametrize(
    ("document", "flaw"),
    [
        (b"", Flaw.NOT_JSON),
        (b"<html>", Flaw.NOT_JSON),
        (b"[]", Flaw.NOT_AN_OBJECT),
        (b"{}", Flaw.KEY_SET_MALFORMED),
        (b'{"keys": {}}', Flaw.KEY_SET_MALFORMED),
        (b'{"keys": null}', Flaw.KEY_SET_MALFORMED),
        (b'{"keys": [], "keys": []}', Flaw.NAME_REPEATED),
        (b'{"keys": ' + b"[" * 100_000, Flaw.TOO_DEEP),
        (b" " * 262_145, Flaw.KEY_SET_TOO_LARGE),
    ],
    ids=range(9),
)
def test_what_is_no_key_set_is_refused_whole(document, flaw):
    """A document that is not a JWK set, or too large, is refused, so that older keys can stay in use."""
    assert flaw_of(read_jwk_set, document, ASYMMETRIC) is flaw


def test_the_longest_document_that_counts():
    """256 KiB of key set are read."""
    document = jwk_set(GOOD.jwk())
    assert read_jwk_set(document + b" " * (262_144 - len(document)), ASYMMETRIC).keys


def test_the_most_keys_that_count():
    """32 keys are read; one more and the document is refused unread."""
    jwks = [Issuer("ES256").jwk(kid=str(index)) for index in range(32)]
    assert len(read_jwk_set(jwk_set(*jwks), ASYMMETRIC).keys) == 32
    assert flaw_of(read_jwk_set, jwk_set(*jwks, "one more"), ASYMMETRIC) is Flaw.KEY_SET_TOO_LARGE


def test_what_is_cached_reads_back_the_same():
    """The document for the cache contains only usable keys and known members, and can be read again."""
    issuers = [Issuer(algorithm, kid=algorithm) for algorithm in ("RS256", "ES256", "EdDSA")]
    jwks = [issuer.jwk(x5c=["MIIB"], key_ops=["verify"]) for issuer in issuers]
    keys = read_jwk_set(jwk_set(*jwks, GOOD.jwk(use="enc")), ASYMMETRIC)
    again = read_jwk_set(keys.document(), ASYMMETRIC)
    assert again.keys == keys.keys
    assert again.warnings == ()
    assert json.loads(keys.document()) == {
        "keys": [{name: value for name, value in jwk.items() if name != "x5c"} for jwk in jwks]
    }


def test_a_warning_shows_a_name_only_as_far_as_it_is_short_text():
    """The name of a bad entry is shortened for display, and dropped if it is not text."""
    keys = read_jwk_set(jwk_set({"kid": "k" * 5_000}, {"kid": 1}), ASYMMETRIC)
    assert [warning.kid for warning in keys.warnings] == ["k" * 64, None, None]


def test_a_leading_zero_of_a_modulus_is_overlooked():
    """A leading zero in an RSA modulus is accepted (RFC 7518 §6.3.1.1)."""
    modulus = private_key("RSA").public_key().public_numbers().n
    assert Issuer().keys(n=encode(b"\0" + modulus.to_bytes(256, "big"))).warnings == ()
