"""Test attacks that worked elsewhere, each against a key set that accepts the honest token."""

from __future__ import annotations

import hmac
import json
import zlib
from base64 import urlsafe_b64decode
from itertools import product

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.utils import raw_to_der_signature

from tests.jose.issuer import CURVES, Issuer, as_json, claims, encode, jwk_set
from tests.jose.refusing import flaw_of
from tests.jose.twins import twin_of
from token_exchange.jose.compact import read
from token_exchange.jose.key_policy import ASYMMETRIC
from token_exchange.jose.keys import read_jwk_set
from token_exchange.jose.refusal import Flaw
from token_exchange.jose.signature import verify

HONEST = Issuer()
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
EVERYTHING = ASYMMETRIC | {"none", "HS256", "HS384", "HS512"}


def outcome(token, keys=None, pinned=EVERYTHING):
    """Return the flaw of the token, with the algorithms that a careless administrator might have pinned."""
    return flaw_of(verify, read(token), keys or HONEST.keys(), pinned, allow_missing_kid=True)


def spellings(word):
    """Return a word in all letter cases."""
    return ["".join(letters) for letters in product(*((letter.lower(), letter.upper()) for letter in word))]


def secrets():
    """Return all public values that a careless verifier might use as the secret of a MAC."""
    public, jwk = HONEST.key.public_key(), HONEST.jwk()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return {
        "SPKI PEM": pem,
        "SPKI PEM without its last line feed": pem.strip(),
        "PKCS1 PEM": public.public_bytes(Encoding.PEM, PublicFormat.PKCS1),
        "SPKI DER": public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        "PKCS1 DER": public.public_bytes(Encoding.DER, PublicFormat.PKCS1),
        "SSH": public.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH),
        "JWK": as_json(jwk),
        "JWK with blanks": json.dumps(jwk).encode(),
        "modulus": public.public_numbers().n.to_bytes(256, "big"),
        "modulus in base64url": jwk["n"].encode(),
        "nothing": b"",
    }


def mac(algorithm, secret, kid="key-1"):
    """Return a token with a MAC as its signature."""
    message = f"{encode(as_json({'alg': algorithm, 'kid': kid}))}.{encode(as_json(claims()))}"
    return f"{message}.{encode(hmac.new(secret, message.encode(), f'sha{algorithm[2:]}').digest())}"


def test_the_honest_token_counts():
    """The keys and algorithms that refuse all attacks of this file accept the honest token."""
    assert verify(read(HONEST.token()), HONEST.keys(), EVERYTHING) == claims()


@pytest.mark.compliance("RFC 8725", "3.2")
@pytest.mark.scenario("D21")
@pytest.mark.parametrize("algorithm", spellings("none"))
def test_no_signature_is_no_signature(algorithm):
    """`none` in all letter cases, with an empty signature, a short one and the honest one, is refused."""
    _, payload, signature = HONEST.token().split(".")
    header = encode(as_json(HONEST.header(alg=algorithm)))
    assert flaw_of(read, f"{header}.{payload}.") is Flaw.NOT_COMPACT
    for forged in ("AA", signature):
        assert outcome(f"{header}.{payload}.{forged}") is Flaw.ALGORITHM_NOT_PINNED


@pytest.mark.compliance("RFC 8725", "3.1")
@pytest.mark.scenario("D22")
@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
@pytest.mark.parametrize("form", secrets())
def test_a_public_key_is_no_secret(algorithm, form):
    """A MAC with the public key as its secret is refused in every form, with or without `alg` in the JWK."""
    for change in ({}, {"alg": ...}):
        assert outcome(mac(algorithm, secrets()[form]), HONEST.keys(**change)) is Flaw.ALGORITHM_NOT_PINNED


@pytest.mark.parametrize(
    "algorithm", ["rs256", "RS256 ", "RSA256", "HS256", "ES256K", "EdDSA2", "RS1", "dir", "A128KW"]
)
def test_an_algorithm_is_compared_exactly(algorithm):
    """An algorithm in another letter case, with blanks, or not pinned is refused."""
    assert outcome(HONEST.sign(HONEST.header(alg=algorithm))) is Flaw.ALGORITHM_NOT_PINNED


@pytest.mark.scenario("D25")
def test_the_attackers_key_under_the_right_name_is_refused():
    """A token that names a key but was not signed with it is refused."""
    assert outcome(Issuer(name="attacker").token()) is Flaw.SIGNATURE_WRONG


@pytest.mark.compliance("RFC 8725", "3.10")
def test_an_embedded_key_is_never_looked_at():
    """A token with a key in its header is refused (CVE-2026-27962)."""
    attacker = Issuer(name="attacker")
    token = attacker.sign(attacker.header(jwk=attacker.jwk()))
    assert flaw_of(read, token) is Flaw.HEADER_NOT_ALLOWED


@pytest.mark.parametrize("critical", [["exp"], [], ["unknown"], "exp", None])
def test_no_extension_is_critical(critical):
    """A header with `crit` is refused, whatever it lists (CVE-2026-32597)."""
    assert flaw_of(read, HONEST.sign(HONEST.header(crit=critical))) is Flaw.HEADER_NOT_ALLOWED


def test_a_compressed_token_is_never_inflated():
    """A compressed payload is refused without decompressing it (CVE-2024-28102)."""
    bomb = zlib.compress(b" " * 2**24)[2:-4]
    token = HONEST.sign(HONEST.header(), bomb[:8_000])
    assert flaw_of(read, token) is Flaw.NOT_JSON
    assert flaw_of(read, HONEST.sign(HONEST.header(zip="DEF"), bomb[:8_000])) is Flaw.HEADER_NOT_ALLOWED


@pytest.mark.scenario("D29")
@pytest.mark.parametrize("change", [{"use": "enc"}, {"key_ops": ["encrypt"]}])
def test_a_key_for_encryption_verifies_nothing(change):
    """A valid signature by a key that is not for signatures is refused."""
    assert outcome(HONEST.token(), HONEST.keys(**change)) is Flaw.KEY_UNKNOWN


@pytest.mark.compliance("RFC 8725", "3.8")
@pytest.mark.scenario("D32")
def test_keys_of_one_issuer_verify_no_other():
    """A token of issuer A is verified with the keys of A only, even if issuer B has a key with the same name."""
    other = Issuer("RS256", name="issuer B")
    assert verify(read(other.token()), other.keys(), other.pinned)
    assert outcome(other.token(), HONEST.keys()) is Flaw.SIGNATURE_WRONG


def test_a_secret_in_the_key_set_signs_nothing():
    """In a set with both kinds, the symmetric key is left out, and the public key is used."""
    secret = {"kty": "oct", "kid": "shared", "alg": "HS256", "k": encode(b"s" * 32)}
    keys = read_jwk_set(jwk_set(secret, HONEST.jwk()), ASYMMETRIC)
    assert outcome(mac("HS256", b"s" * 32, kid="shared"), keys) is Flaw.ALGORITHM_NOT_PINNED
    assert verify(read(HONEST.token()), keys, EVERYTHING)


@pytest.mark.scenario("D55")
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_token_has_one_spelling(place):
    """Padding, the other alphabet, unused bits and blanks in any segment are refused."""
    segments = HONEST.token(pad="a").split(".")
    honest = segments[place]
    assert len(honest) % 4, "nothing to pad, and no unused bits"
    unused_bits = honest[:-1] + ALPHABET[ALPHABET.index(honest[-1]) + 1]
    for twin in (f"{honest}=", f"{honest}==", f"{honest}\n", f" {honest}", f"{honest[:4]} {honest[4:]}", unused_bits):
        assert urlsafe_b64decode(twin + "==") == urlsafe_b64decode(honest + "==")
        assert flaw_of(read, ".".join([*segments[:place], twin, *segments[place + 1 :]])) is Flaw.NOT_BASE64URL


def test_the_other_alphabet_is_refused():
    """A signature with `+` or `/` in place of `-` or `_` is refused, although a lenient decoder accepts it."""
    segments = next(
        token.split(".") for index in range(100) if {"-", "_"} & set((token := HONEST.token(nonce=index)).split(".")[2])
    )
    twin = segments[2].replace("-", "+").replace("_", "/")
    assert flaw_of(read, ".".join([*segments[:2], twin])) is Flaw.NOT_BASE64URL


@pytest.mark.scenario("D55")
def test_an_ecdsa_signature_has_a_twin_and_the_signed_text_has_none():
    """The twin (r, n - s) of a signature verifies, but the signed text that identifies the token is the same."""
    issuer = Issuer("ES256")
    text = issuer.token(jti="once")
    token = read(text)
    malleated = read(twin_of(text))
    assert malleated.signature != token.signature
    assert verify(malleated, issuer.keys(), issuer.pinned)["jti"] == "once"
    assert malleated.signing_input == token.signing_input


def test_an_ecdsa_signature_in_der_is_refused():
    """A signature in DER form is refused: JOSE uses r and s side by side."""
    issuer = Issuer("ES256")
    token = read(issuer.token())
    der = raw_to_der_signature(token.signature, CURVES["ES256"])
    forged = f"{token.signing_input.decode()}.{encode(der)}"
    assert flaw_of(verify, read(forged), issuer.keys(), issuer.pinned) is Flaw.SIGNATURE_WRONG


def test_the_signature_covers_the_text_and_not_its_meaning():
    """A signature does not verify the same claims with another JSON text."""
    header, payload, signature = HONEST.token().split(".")
    spaced = encode(json.dumps(claims(), indent=1).encode())
    assert payload != spaced
    assert outcome(f"{header}.{spaced}.{signature}") is Flaw.SIGNATURE_WRONG
