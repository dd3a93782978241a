"""Which RSA keys are strong enough to believe."""

from __future__ import annotations

from typing import Final

from token_exchange.jose.refusal import Flaw, Refused

MIN_BITS: Final = 2_048
MAX_BITS: Final = 8_192
MIN_EXPONENT: Final = 65_537
MAX_EXPONENT: Final = 2**64
"""A longer one makes every verification as slow as a signature."""


def check_rsa(modulus: int, exponent: int) -> None:
    """Raise `Refused` unless the key is of a sound size, exponent and make."""
    if not MIN_BITS <= modulus.bit_length() <= MAX_BITS:
        raise Refused(Flaw.RSA_SIZE)
    if not MIN_EXPONENT <= exponent < MAX_EXPONENT or exponent % 2 == 0:
        raise Refused(Flaw.RSA_EXPONENT)
    if has_roca_fingerprint(modulus):
        raise Refused(Flaw.RSA_ROCA)


def has_roca_fingerprint(modulus: int) -> bool:
    """Whether the modulus comes from the faulty generator whose keys can be factored (CVE-2017-15361).

    It drew its primes from the powers of 65537, modulo a product of small primes; so their product is such a
    power, too, modulo every one of these. An honest modulus is so by chance once in a hundred million.
    """
    return all(modulus % prime in powers for prime, powers in _POWERS.items())


def _powers_of_65537(prime: int) -> frozenset[int]:
    return frozenset(pow(65_537, exponent, prime) for exponent in range(prime - 1))


_SMALL_PRIMES: Final = [odd for odd in range(3, 168, 2) if all(odd % other for other in range(3, odd, 2))]
_POWERS: Final = {prime: _powers_of_65537(prime) for prime in _SMALL_PRIMES}
