"""Generate and recognize the token values of this app: a prefix for secret scanners, 256 random bits, a checksum.

The database holds a keyed hash of each value. A plain hash would protect against guessing, too; with the key, a stolen
copy of the database cannot even confirm that a leaked value is a valid token.
"""

from __future__ import annotations

import secrets
import string
import zlib
from typing import Final

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

_ALPHABET: Final = string.digits + string.ascii_letters
_RANDOM: Final = 43
"""The number of random characters: 62 to the power of 43 is more than 2 to the power of 256."""
_CHECKSUM: Final = 6
"""The number of characters for the 32 bits of a CRC."""


def generate(prefix: str) -> str:
    """Return a new value: the prefix, 43 random characters and a checksum of 6; all are letters, digits or `_`."""
    random = "".join(secrets.choice(_ALPHABET) for _position in range(_RANDOM))
    return f"{prefix}{random}{_checksum(random)}"


def is_well_formed(value: str, prefix: str) -> bool:
    """Return True if a text has the form of such a value: a typo or another kind of token needs no database query."""
    random, checksum = value[len(prefix) : -_CHECKSUM], value[-_CHECKSUM:]
    if not value.startswith(prefix) or len(random) != _RANDOM or not set(random) <= set(_ALPHABET):
        return False
    # The checksum is no secret, but a comparison in constant time costs nothing.
    return constant_time_compare(checksum, _checksum(random))


def fingerprint(value: str) -> str:
    """Return the keyed hash under which a new value is stored: 64 hexadecimal digits."""
    return fingerprints(value)[0]


def fingerprints(value: str) -> list[str]:
    """Return the hashes under which a value may be stored: by SECRET_KEY first, then by SECRET_KEY_FALLBACKS."""
    return [_hash(value, key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


def _hash(value: str, key: str | bytes) -> str:
    return salted_hmac("token_exchange.kept_secrets", value, secret=key, algorithm="sha256").hexdigest()


def _checksum(random: str) -> str:
    number, digits = zlib.crc32(random.encode()), []
    for _position in range(_CHECKSUM):
        number, digit = divmod(number, len(_ALPHABET))
        digits.append(_ALPHABET[digit])
    return "".join(reversed(digits))
