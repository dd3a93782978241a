"""Create the keys of the external site when it starts."""

from __future__ import annotations

from functools import cache

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat


def new_rsa_key() -> RSAPrivateKey:
    """Return a new key of 2048 bits."""
    return generate_private_key(public_exponent=65_537, key_size=2_048)


def new_rsa_pem() -> str:
    """Return a new private key in PEM, the format that the toolkit expects."""
    return new_rsa_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@cache
def ci_key() -> RSAPrivateKey:
    """Return the key that the CI signs with; it is the same as long as the site runs."""
    return new_rsa_key()
