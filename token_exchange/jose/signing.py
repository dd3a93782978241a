"""Read the private keys of this server, and sign JWTs with them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from token_exchange.jose import base64url, pem
from token_exchange.jose.jwk import Jwk, read_jwk
from token_exchange.jose.refusal import Flaw, Refused

ALGORITHMS: Final = frozenset({"RS256", "ES256", "EdDSA"})
"""The algorithms that this server signs with. RFC 9068 §2.1 requires RS256; each kind of key has one of them."""

_THUMBPRINT_MEMBERS: Final[Mapping[str, tuple[str, ...]]] = {
    "RSA": ("e", "kty", "n"),
    "EC": ("crv", "kty", "x", "y"),
    "OKP": ("crv", "kty", "x"),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SigningKey:
    """Hold a private key that passed the policy for keys, with the one algorithm that it signs with.

    Two objects are equal only if they are the same, so that keys can be the arguments of a cached function.
    """

    kid: str
    """The thumbprint of the public key (RFC 7638)."""
    algorithm: str
    private: Any = field(repr=False)
    """The key object of cryptography, loaded once."""
    public_jwk: Jwk = field(repr=False)
    """The public key as other servers read it."""

    def sign(self, claims: Mapping[str, object], *, typ: str) -> str:
        """Return the claims as a signed JWT, whose header names this type and this key."""
        return jwt.encode(dict(claims), self.private, algorithm=self.algorithm, headers={"typ": typ, "kid": self.kid})


def read_private_key(text: str) -> SigningKey:
    """Return the key of an unencrypted PEM text; raise `Refused` if this server must not sign with it."""
    try:
        private = load_pem_private_key(text.encode(), password=None)
    except (TypeError, ValueError, UnsupportedAlgorithm):  # TypeError: the key is encrypted
        raise Refused(Flaw.KEY_MALFORMED) from None
    # PyJWT adds `key_ops` for RSA; the published key has `use` instead, and never both (RFC 7517 §4.3).
    members = {name: value for name, value in pem.public_jwk(private.public_key()).items() if name != "key_ops"}
    read = read_jwk(members, ALGORITHMS)
    (algorithm,) = read.algorithms
    kid = thumbprint(read.jwk)
    return SigningKey(
        kid=kid,
        algorithm=algorithm,
        private=private,
        public_jwk={**read.jwk, "kid": kid, "alg": algorithm, "use": "sig"},
    )


def thumbprint(jwk: Jwk) -> str:
    """Return the thumbprint of a public key in base64url: the SHA-256 of its required members (RFC 7638 §3)."""
    required = {name: jwk[name] for name in _THUMBPRINT_MEMBERS[str(jwk["kty"])]}
    return base64url.encode(sha256(json.dumps(required, separators=(",", ":"), sort_keys=True).encode()).digest())
