"""Secrets that this app makes itself: a prefix that scanners find, 256 random bits, a checksum, and a keyed hash.

A plain hash would do against guessing; the key keeps a stolen copy of the database from confirming a leaked value.
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
"""Characters: 62 to the power of 43 is more than 2 to the power of 256."""
_CHECKSUM: Final = 6
"""Characters that the 32 bits of a CRC take."""


def generate(prefix: str) -> str:
    """Return a new secret: prefix, 43 random characters, 6 of checksum, all of them letters, digits and `_`."""
    random = "".join(secrets.choice(_ALPHABET) for _position in range(_RANDOM))
    return f"{prefix}{random}{_checksum(random)}"


def is_well_formed(value: str, prefix: str) -> bool:
    """Whether a text may be such a secret: a typo and another kind of token never reach the database."""
    random, checksum = value[len(prefix) : -_CHECKSUM], value[-_CHECKSUM:]
    if not value.startswith(prefix) or len(random) != _RANDOM or not set(random) <= set(_ALPHABET):
        return False
    # No secret depends on it; equal time costs nothing.
    return constant_time_compare(checksum, _checksum(random))


def fingerprint(value: str) -> str:
    """Return the keyed hash under which a new secret is kept: 64 hexadecimal digits."""
    return fingerprints(value)[0]


def fingerprints(value: str) -> list[str]:
    """Return the hashes under which a secret may be kept: the site's present key first, then those it is leaving."""
    return [_hash(value, key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


def _hash(value: str, key: str | bytes) -> str:
    return salted_hmac("token_exchange.kept_secrets", value, secret=key, algorithm="sha256").hexdigest()


def _checksum(random: str) -> str:
    number, digits = zlib.crc32(random.encode()), []
    for _position in range(_CHECKSUM):
        number, digit = divmod(number, len(_ALPHABET))
        digits.append(_ALPHABET[digit])
    return "".join(reversed(digits))
