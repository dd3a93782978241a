"""Decide which algorithms and keys may verify a token: asymmetric ones, and RSA keys of a safe size and origin.

RFC 8725 §3.1 demands that the algorithm is chosen by the verifier, and that each key belongs to one kind of algorithm.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from jwt.algorithms import Algorithm, get_default_algorithms

from token_exchange.jose.refusal import Flaw, Refused


class KeyKind(NamedTuple):
    """Identify a kind of key: `kty`, and `crv` for kinds with curves (RFC 7517 §4.1, RFC 7518 §6.2.1.1)."""

    kty: str
    curve: str | None = None


_RSA: Final = KeyKind("RSA")

# No symmetric algorithm: every server that can verify with a shared secret could also sign with it.
KINDS: Final[Mapping[str, KeyKind]] = {
    "RS256": _RSA,
    "RS384": _RSA,
    "RS512": _RSA,
    "PS256": _RSA,
    "PS384": _RSA,
    "PS512": _RSA,
    "ES256": KeyKind("EC", "P-256"),
    "ES384": KeyKind("EC", "P-384"),
    "ES512": KeyKind("EC", "P-521"),
    "EdDSA": KeyKind("OKP", "Ed25519"),
}
ASYMMETRIC: Final = frozenset(KINDS)

_KNOWN: Final = get_default_algorithms()
IMPLEMENTATIONS: Final[Mapping[str, Algorithm]] = {name: _KNOWN[name] for name in KINDS}

MIN_BITS: Final = 2_048
MAX_BITS: Final = 8_192
MIN_EXPONENT: Final = 65_537
MAX_EXPONENT: Final = 2**64
"""A larger exponent would make verifying as slow as signing."""


def algorithms_of(kind: KeyKind) -> frozenset[str]:
    """Return the algorithms that a key of this kind can verify; empty for an unsupported kind."""
    return frozenset(name for name, needed in KINDS.items() if needed == kind)


def check_rsa(modulus: int, exponent: int) -> None:
    """Raise `Refused` if an RSA key has an unsafe size or exponent, or comes from the faulty ROCA generator."""
    if not MIN_BITS <= modulus.bit_length() <= MAX_BITS:
        raise Refused(Flaw.RSA_SIZE)
    if not MIN_EXPONENT <= exponent < MAX_EXPONENT or exponent % 2 == 0:
        raise Refused(Flaw.RSA_EXPONENT)
    if has_roca_fingerprint(modulus):
        raise Refused(Flaw.RSA_ROCA)


def has_roca_fingerprint(modulus: int) -> bool:
    """Return True if the modulus comes from the faulty generator whose keys can be factored (CVE-2017-15361).

    The generator chose primes that are powers of 65537 modulo a product of small primes. The modulus is then such a
    power modulo each small prime. A sound modulus passes this test by chance once in a hundred million.
    """
    return all(modulus % prime in powers for prime, powers in _POWERS.items())


def _powers_of_65537(prime: int) -> frozenset[int]:
    return frozenset(pow(65_537, exponent, prime) for exponent in range(prime - 1))


_SMALL_PRIMES: Final = [odd for odd in range(3, 168, 2) if all(odd % other for other in range(3, odd, 2))]
_POWERS: Final = {prime: _powers_of_65537(prime) for prime in _SMALL_PRIMES}
