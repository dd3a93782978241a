"""The algorithms that may verify an external token, and the kind of key that each belongs to (RFC 8725 §3.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from jwt.algorithms import Algorithm, get_default_algorithms


class Kind(NamedTuple):
    """A kind of key: `kty`, and `crv` where it has one (RFC 7517 §4.1, RFC 7518 §6.2.1.1)."""

    kty: str
    curve: str | None = None


_RSA: Final = Kind("RSA")

# Asymmetric only: a shared secret would make every holder of it an issuer.
KINDS: Final[Mapping[str, Kind]] = {
    "RS256": _RSA,
    "RS384": _RSA,
    "RS512": _RSA,
    "PS256": _RSA,
    "PS384": _RSA,
    "PS512": _RSA,
    "ES256": Kind("EC", "P-256"),
    "ES384": Kind("EC", "P-384"),
    "ES512": Kind("EC", "P-521"),
    "EdDSA": Kind("OKP", "Ed25519"),
}
ASYMMETRIC: Final = frozenset(KINDS)

_KNOWN: Final = get_default_algorithms()
IMPLEMENTATIONS: Final[Mapping[str, Algorithm]] = {name: _KNOWN[name] for name in KINDS}


def algorithms_of(kind: Kind) -> frozenset[str]:
    """Return the algorithms that a key of this kind can verify; none for a kind that is not supported."""
    return frozenset(name for name, needed in KINDS.items() if needed == kind)
