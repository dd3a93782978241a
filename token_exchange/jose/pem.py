"""Convert public keys pasted as PEM (RFC 7468) to JSON Web Keys, so that one policy checks both formats."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm
from jwt.exceptions import InvalidKeyError

from token_exchange.jose.refusal import Flaw, Refused

# PEM has no field for the name of a key, but RFC 7468 §2 allows text before a block: a `kid:` line there.
_BLOCK: Final = re.compile(
    r"(?:^kid:[ \t]*(?P<kid>\S++)[ \t]*\r?\n)?^-----BEGIN (?P<label>[A-Z0-9 ]+)-----[^-]*+-----END (?P=label)-----",
    re.MULTILINE,
)
_PRIVATE: Final = re.compile(r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY")
_PUBLIC_LABELS: Final = frozenset({"PUBLIC KEY", "RSA PUBLIC KEY"})

_WRITERS: Final[Mapping[type, Callable[..., Any]]] = {
    RSAPublicKey: RSAAlgorithm.to_jwk,
    EllipticCurvePublicKey: ECAlgorithm.to_jwk,
    Ed25519PublicKey: OKPAlgorithm.to_jwk,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Hold one PEM block, and the key id on the line before it."""

    kid: str | None
    label: str
    text: str = field(repr=False)


def blocks(text: str) -> list[Block]:
    """Return the PEM blocks of a text, each with the key id of a `kid: NAME` line directly before it."""
    return [Block(kid=found["kid"], label=found["label"], text=found[0]) for found in _BLOCK.finditer(text)]


def mentions_private_key(text: str) -> bool:
    """Return True if the text contains the beginning of a private key, even if the rest is missing or broken."""
    return _PRIVATE.search(text) is not None


def to_jwk(block: Block) -> dict[str, object]:
    """Return the public key of a block as a JWK; raise `Refused` if the block holds anything else."""
    if "PRIVATE KEY" in block.label:
        raise Refused(Flaw.KEY_PRIVATE)
    if block.label not in _PUBLIC_LABELS:
        raise Refused(Flaw.KEY_KIND_UNSUPPORTED)
    named = {} if block.kid is None else {"kid": block.kid}
    return {**_members(block.text), **named}


def _members(text: str) -> dict[str, object]:
    try:
        key = load_pem_public_key(text.encode())
    except (ValueError, UnsupportedAlgorithm):
        raise Refused(Flaw.KEY_MALFORMED) from None
    return public_jwk(key)


def public_jwk(key: object) -> dict[str, object]:
    """Return a public key object of cryptography as a JWK; raise `Refused` for a kind or curve without a name."""
    for kind, write in _WRITERS.items():
        if isinstance(key, kind):
            try:
                return dict(write(key, as_dict=True))
            except InvalidKeyError:
                break
    raise Refused(Flaw.KEY_KIND_UNSUPPORTED)
