"""Make keys, key sets and tokens of an external issuer, or of an attacker who pretends to be one."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from functools import cache

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import get_default_algorithms

from token_exchange.jose.keys import KeySet, read_jwk_set

NOW = 1_750_000_000
PUBLISHED = {"kty", "crv", "n", "e", "x", "y"}

CURVES = {"ES256": ec.SECP256R1(), "ES384": ec.SECP384R1(), "ES512": ec.SECP521R1()}
EVERY_ALGORITHM = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")


@cache
def private_key(algorithm, name="first", bits=2_048):
    """Return a private key for this algorithm, a different one for each name."""
    if algorithm in CURVES:
        return ec.generate_private_key(CURVES[algorithm])
    if algorithm == "EdDSA":
        return ed25519.Ed25519PrivateKey.generate()
    return rsa.generate_private_key(65_537, bits)


def encode(data):
    """Return bytes as base64url without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def encode_number(value):
    """Return an integer as a JWK contains it."""
    return encode(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def claims(**changes):
    """Return claims that an honest issuer would sign; a change to `...` removes a claim."""
    honest = {"iss": "https://issuer.example", "sub": "alice", "aud": "https://api.example", "iat": NOW}
    everything = {**honest, "exp": NOW + 300, **changes}
    return {name: value for name, value in everything.items() if value is not ...}


class Issuer:
    """Sign tokens with one key, and publish its public part."""

    def __init__(self, algorithm="RS256", kid="key-1", name="first", bits=2_048):
        self.algorithm = algorithm
        self.kid = kid
        self.key = private_key(algorithm if algorithm[:2] not in ("RS", "PS") else "RSA", name, bits)

    def token(self, **changes):
        """Return a token as PyJWT writes it."""
        headers = {"kid": self.kid} if self.kid else {}
        return jwt.encode(claims(**changes), self.key, self.algorithm, headers=headers)

    def sign(self, header, payload=None):
        """Return a token with exactly this header and payload, and a valid signature."""
        header, payload = (part if isinstance(part, bytes) else as_json(part) for part in (header, payload or claims()))
        message = f"{encode(header)}.{encode(payload)}"
        signature = get_default_algorithms()[self.algorithm].sign(message.encode(), self.key)
        return f"{message}.{encode(signature)}"

    def header(self, **changes):
        """Return the header of an honest token."""
        return {"alg": self.algorithm, "kid": self.kid, "typ": "JWT", **changes}

    def jwk(self, **changes):
        """Return the public key as the issuer publishes it; a change to `...` removes a member."""
        written = get_default_algorithms()[self.algorithm].to_jwk(self.key.public_key(), as_dict=True)
        published = {name: value for name, value in written.items() if name in PUBLISHED}
        everything = {**published, "kid": self.kid, "use": "sig", "alg": self.algorithm, **changes}
        return {name: value for name, value in everything.items() if value is not ... and value is not None}

    def keys(self, **changes) -> KeySet:
        """Return the key set of this issuer as read here."""
        return read_jwk_set(jwk_set(self.jwk(**changes)), self.pinned)

    @property
    def pinned(self):
        """Return the algorithm that an administrator would pin."""
        return frozenset({self.algorithm})


def as_json(value):
    """Return a value as JSON in the form that most issuers write."""
    return json.dumps(value, separators=(",", ":")).encode()


def jwk_set(*jwks):
    """Return a JWK set with these keys."""
    return as_json({"keys": list(jwks)})
