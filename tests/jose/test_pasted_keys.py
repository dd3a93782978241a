"""Test keys that an administrator pastes, as a JWK set or PEM, under the same policy as fetched ones."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, x25519

from tests.jose.issuer import NOW, Issuer, jwk_set, private_key
from tests.jose.refusing import flaw_of
from token_exchange.jose import pem as pem_module
from token_exchange.jose.compact import read
from token_exchange.jose.key_policy import ASYMMETRIC
from token_exchange.jose.keys import KeyWarning, read_pasted
from token_exchange.jose.refusal import Flaw
from token_exchange.jose.signature import verify

PKCS1, SPKI = serialization.PublicFormat.PKCS1, serialization.PublicFormat.SubjectPublicKeyInfo
CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"


def pem(key, public_format=SPKI):
    """Return the public part of a key as PEM."""
    return key.public_key().public_bytes(serialization.Encoding.PEM, public_format).decode()


def private_pem(key):
    """Return the private part of a key as PEM, as people paste it by mistake."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def verifies(issuer, pasted, **options):
    """Return True if a token of this issuer is verified by these pasted keys."""
    keys = read_pasted(pasted, issuer.pinned)
    return verify(read(issuer.token()), keys, issuer.pinned, **options)["iat"] == NOW


@pytest.mark.parametrize("algorithm", ["RS256", "PS512", "ES256", "ES384", "ES512", "EdDSA"])
def test_a_pasted_public_key_verifies(algorithm):
    """A PEM key of every supported kind, named on the line before, verifies the tokens that name it."""
    issuer = Issuer(algorithm)
    assert verifies(issuer, f"kid: key-1\n{pem(issuer.key)}")


def test_a_pasted_key_without_a_name_verifies_alone():
    """A single PEM key without a name is used if the issuer may omit key ids."""
    issuer = Issuer()
    assert verifies(issuer, pem(issuer.key), allow_missing_kid=True)
    assert flaw_of(verifies, issuer, pem(issuer.key)) is Flaw.KEY_NOT_NAMED


def test_several_keys_are_distinguished_by_their_names():
    """Each block has the name on the line directly before it, whatever else stands between blocks."""
    old, new = Issuer(kid="old"), Issuer(kid="new", name="other")
    pasted = f"Keys of 2026\r\nkid: old\r\n{pem(old.key)}\nuntil May:\nkid:new\n{pem(new.key, PKCS1)}"
    assert verifies(old, pasted)
    assert verifies(new, pasted)


def test_a_pasted_key_set_verifies():
    """A paste that begins with a brace is read as a JWK set."""
    issuer = Issuer()
    assert verifies(issuer, f"\n {jwk_set(issuer.jwk()).decode()}")


@pytest.mark.parametrize(
    "text", [jwk_set(Issuer().jwk()).decode(), f"kid: key-1\n{pem(Issuer().key)}"], ids=["JWK set", "PEM"]
)
def test_a_byte_order_mark_is_overlooked(text):
    """A byte order mark before a paste is ignored."""
    assert verifies(Issuer(), "\ufeff" + text)


@pytest.mark.parametrize(
    "text",
    [
        private_pem(private_key("ES256")),
        private_pem(private_key("ES256"))[:60],
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\n",
        "-----BEGIN RSA PRIVATE KEY-----",
        "-----BEGIN OPENSSH PRIVATE KEY-----",
    ],
    ids=["whole", "cut off", "encrypted", "RSA", "OpenSSH"],
)
def test_a_private_key_is_noticed_though_it_is_broken(text):
    """An incomplete private key is recognized as a private key."""
    assert pem_module.mentions_private_key(f"kid: good\n{pem(private_key('RSA'))}{text}")
    assert not pem_module.mentions_private_key(pem(private_key("RSA")))


UNUSABLE_BLOCKS = {
    "private": (private_pem(private_key("ES256")), Flaw.KEY_PRIVATE),
    "certificate": (CERTIFICATE, Flaw.KEY_KIND_UNSUPPORTED),
    "no key": ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", Flaw.KEY_MALFORMED),
    "nothing": ("-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----", Flaw.KEY_MALFORMED),
    "no ASCII": ("-----BEGIN PUBLIC KEY-----\n\ud800é\n-----END PUBLIC KEY-----", Flaw.KEY_MALFORMED),
    "X25519": (pem(x25519.X25519PrivateKey.generate()), Flaw.KEY_KIND_UNSUPPORTED),
    "Ed448": (pem(ed448.Ed448PrivateKey.generate()), Flaw.KEY_KIND_UNSUPPORTED),
    "DSA": (pem(dsa.generate_private_key(1_024)), Flaw.KEY_KIND_UNSUPPORTED),
    "secp256k1": (pem(ec.generate_private_key(ec.SECP256K1())), Flaw.KEY_KIND_UNSUPPORTED),
    "a curve without a name": (pem(ec.generate_private_key(ec.BrainpoolP256R1())), Flaw.KEY_KIND_UNSUPPORTED),
    "1,024 bits": (pem(private_key("RSA", "short", 1_024)), Flaw.RSA_SIZE),
    "a long name": (f"kid: {'k' * 257}\n{pem(private_key('ES256'))}", Flaw.KEY_ID_MALFORMED),
}


@pytest.mark.parametrize("case", UNUSABLE_BLOCKS)
def test_a_bad_block_is_left_out_and_named(case):
    """Private keys, certificates, broken and weak keys are left out with a reason, and the other keys stay usable."""
    block, flaw = UNUSABLE_BLOCKS[case]
    keys = read_pasted(f"{block}\nkid: good\n{pem(private_key('RSA'))}", ASYMMETRIC)
    assert [key.kid for key in keys.keys] == ["good"]
    assert [(warning.position, warning.flaw) for warning in keys.warnings] == [(1, flaw)]


@pytest.mark.parametrize("text", ["", "my key", "-----BEGIN PUBLIC KEY-----", "-----BEGIN A-----\n-----END B-----"])
def test_text_without_a_key_gives_none(text):
    """A paste without a key has that warning."""
    assert read_pasted(text, ASYMMETRIC).warnings == (KeyWarning(Flaw.KEY_SET_UNUSABLE),)


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ("{", Flaw.NOT_JSON),
        ('{"keys": "\ud800"}', Flaw.NOT_JSON),
        ("-" * 262_145, Flaw.KEY_SET_TOO_LARGE),
        (CERTIFICATE * 33, Flaw.KEY_SET_TOO_LARGE),
    ],
    ids=["brace", "surrogate", "long", "many"],
)
def test_a_paste_that_cannot_be_read_is_refused(text, flaw):
    """Broken JSON, too long a text and too many blocks are refused."""
    assert flaw_of(read_pasted, text, ASYMMETRIC) is flaw
