"""Test keys that must never verify tokens: each is left out of its set with a reason."""

from __future__ import annotations

import pytest

from tests.jose.issuer import Issuer, encode, encode_number, jwk_set
from token_exchange.jose.key_policy import ASYMMETRIC
from token_exchange.jose.keys import read_jwk_set
from token_exchange.jose.refusal import Flaw

GOOD = Issuer(kid="good")


def flaw_beside_a_good_key(jwk):
    """Return the flaw for which this entry is left out; the good key beside it must stay usable."""
    keys = read_jwk_set(jwk_set(jwk, GOOD.jwk()), ASYMMETRIC)
    assert [key.kid for key in keys.keys] == ["good"]
    [warning] = keys.warnings
    assert warning.position == 1
    return warning.flaw


BAD = {
    "not an object": ("key", Flaw.KEY_MALFORMED),
    "nothing": (None, Flaw.KEY_MALFORMED),
    "list": ([GOOD.jwk()], Flaw.KEY_MALFORMED),
    "empty": ({}, Flaw.KEY_MALFORMED),
    "kty is a list": (Issuer().jwk(kty=["RSA"]), Flaw.KEY_MALFORMED),
    "crv is a number": (Issuer("ES256").jwk(crv=256), Flaw.KEY_MALFORMED),
    "symmetric": ({"kty": "oct", "k": "AAAA", "kid": "x"}, Flaw.KEY_SYMMETRIC),
    "private RSA": (Issuer().jwk(d="AQAB"), Flaw.KEY_PRIVATE),
    "private EC": (Issuer("ES256").jwk(d="AQAB"), Flaw.KEY_PRIVATE),
    "RSA with a secret": (Issuer().jwk(k="AAAA"), Flaw.KEY_PRIVATE),
    "kty in lower case": (Issuer().jwk(kty="rsa"), Flaw.KEY_KIND_UNSUPPORTED),
    "RSA with a curve": (Issuer().jwk(crv="P-256"), Flaw.KEY_KIND_UNSUPPORTED),
    "EC without a curve": (Issuer("ES256").jwk(crv=...), Flaw.KEY_KIND_UNSUPPORTED),
    "secp256k1": (Issuer("ES256").jwk(crv="secp256k1", alg="ES256K"), Flaw.KEY_KIND_UNSUPPORTED),
    "X25519": (Issuer("EdDSA").jwk(crv="X25519"), Flaw.KEY_KIND_UNSUPPORTED),
    "Ed448": (Issuer("EdDSA").jwk(crv="Ed448"), Flaw.KEY_KIND_UNSUPPORTED),
    "for encryption": (Issuer().jwk(use="enc"), Flaw.KEY_NOT_FOR_SIGNATURES),
    "use in capitals": (Issuer().jwk(use="SIG"), Flaw.KEY_NOT_FOR_SIGNATURES),
    "use is a list": (Issuer().jwk(use=["sig"]), Flaw.KEY_NOT_FOR_SIGNATURES),
    "key_ops encrypt": (Issuer().jwk(key_ops=["encrypt"]), Flaw.KEY_NOT_FOR_SIGNATURES),
    "key_ops sign": (Issuer().jwk(key_ops=["sign"]), Flaw.KEY_NOT_FOR_SIGNATURES),
    "key_ops empty": (Issuer().jwk(key_ops=[]), Flaw.KEY_NOT_FOR_SIGNATURES),
    "key_ops text": (Issuer().jwk(key_ops="verify"), Flaw.KEY_NOT_FOR_SIGNATURES),
    "alg of another kind": (Issuer().jwk(alg="ES256"), Flaw.ALGORITHM_NOT_PINNED),
    "alg of another curve": (Issuer("ES256").jwk(alg="ES384"), Flaw.ALGORITHM_NOT_PINNED),
    "alg symmetric": (Issuer().jwk(alg="HS256"), Flaw.ALGORITHM_NOT_PINNED),
    "alg none": (Issuer().jwk(alg="none"), Flaw.ALGORITHM_NOT_PINNED),
    "alg in lower case": (Issuer().jwk(alg="rs256"), Flaw.ALGORITHM_NOT_PINNED),
    "alg is a list": (Issuer().jwk(alg=["RS256"]), Flaw.ALGORITHM_NOT_PINNED),
    "kid is a number": (Issuer().jwk(kid=1), Flaw.KEY_ID_MALFORMED),
    "kid is empty": (Issuer().jwk(kid=""), Flaw.KEY_ID_MALFORMED),
    "kid is null": ({**Issuer().jwk(), "kid": None}, Flaw.KEY_ID_MISSING),
    "kty is null": ({**Issuer().jwk(), "kty": None}, Flaw.KEY_MALFORMED),
    "modulus is null": ({**Issuer().jwk(), "n": None}, Flaw.KEY_MALFORMED),
    "private member empty": (Issuer().jwk(d=""), Flaw.KEY_PRIVATE),
    "private member false": (Issuer().jwk(d=False), Flaw.KEY_PRIVATE),
    "one private member beside nulls": ({**Issuer().jwk(), "d": None, "p": "AQAB"}, Flaw.KEY_PRIVATE),
    "certificate authority of SPIFFE": (Issuer().jwk(use="x509-svid"), Flaw.KEY_NOT_FOR_SIGNATURES),
    "for JWT-SVIDs in capitals": (Issuer().jwk(use="JWT-SVID"), Flaw.KEY_NOT_FOR_SIGNATURES),
    "use is an object": (Issuer().jwk(use={"sig": True}), Flaw.KEY_NOT_FOR_SIGNATURES),
    "kid is long": (Issuer().jwk(kid="k" * 257), Flaw.KEY_ID_MALFORMED),
    "kid with a line": (Issuer().jwk(kid="a\nb"), Flaw.KEY_ID_MALFORMED),
    "1,024 bits": (Issuer(bits=1_024, name="short").jwk(), Flaw.RSA_SIZE),
    "2,047 bits": (Issuer().jwk(n=encode_number(2**2_047 - 1)), Flaw.RSA_SIZE),
    "8,193 bits": (Issuer().jwk(n=encode_number(2**8_192 + 1)), Flaw.RSA_SIZE),
    "exponent 1": (Issuer().jwk(e="AQ"), Flaw.RSA_EXPONENT),
    "exponent 3": (Issuer().jwk(e="Aw"), Flaw.RSA_EXPONENT),
    "exponent even": (Issuer().jwk(e=encode_number(65_538)), Flaw.RSA_EXPONENT),
    "exponent long": (Issuer().jwk(e=encode_number(2**64 + 1)), Flaw.RSA_EXPONENT),
    "modulus missing": (Issuer().jwk(n=...), Flaw.KEY_MALFORMED),
    "modulus a number": (Issuer().jwk(n=5), Flaw.KEY_MALFORMED),
    "modulus padded": (Issuer().jwk(n=Issuer().jwk()["n"] + "=="), Flaw.NOT_BASE64URL),
    "coordinate missing": (Issuer("ES256").jwk(y=...), Flaw.KEY_MALFORMED),
    "coordinate short": (Issuer("ES256").jwk(x="AAAA"), Flaw.KEY_MALFORMED),
    "not on the curve": (Issuer("ES256").jwk(x=encode(b"\1" * 32)), Flaw.KEY_MALFORMED),
    "point of another curve": (Issuer("ES384").jwk(crv="P-256", alg="ES256"), Flaw.KEY_MALFORMED),
    "Ed25519 short": (Issuer("EdDSA").jwk(x="AAAA"), Flaw.KEY_MALFORMED),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_key_is_left_out_and_named(case):
    """Each key that must never verify tokens is left out with a reason, and the other keys stay usable."""
    jwk, flaw = BAD[case]
    assert flaw_beside_a_good_key(jwk) is flaw
