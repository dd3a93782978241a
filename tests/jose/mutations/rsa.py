"""Make signatures of the right RSA key with another padding, hash or number."""

from __future__ import annotations

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from tests.jose.issuer import Issuer


def _rsa(genuine, scheme, digest):
    return genuine.issuer.key.sign(".".join(genuine.segments[:2]).encode(), scheme, digest)


def _modulus(genuine):
    return genuine.issuer.key.public_key().public_numbers().n


RSA = {
    "the other padding of RSA": lambda genuine: genuine.signed(
        key=Issuer("PS256" if genuine.issuer.algorithm == "RS256" else "RS256")
    ),
    "the other padding, and says so": lambda genuine: genuine.signed(
        key=Issuer(other := "PS256" if genuine.issuer.algorithm == "RS256" else "RS256"), alg=other
    ),
    "SHA-1": lambda genuine: genuine.with_signature(_rsa(genuine, padding.PKCS1v15(), hashes.SHA1())),
    "SHA-512": lambda genuine: genuine.with_signature(_rsa(genuine, padding.PKCS1v15(), hashes.SHA512())),
    "PSS without salt": lambda genuine: genuine.with_signature(
        _rsa(genuine, padding.PSS(padding.MGF1(hashes.SHA256()), 0), hashes.SHA256())
    ),
    "PSS with another mask": lambda genuine: genuine.with_signature(
        _rsa(genuine, padding.PSS(padding.MGF1(hashes.SHA1()), 32), hashes.SHA256())
    ),
    "the number one": lambda genuine: genuine.with_signature((1).to_bytes(256, "big")),
    "the modulus": lambda genuine: genuine.with_signature(_modulus(genuine).to_bytes(256, "big")),
    "its modulus added": lambda genuine: genuine.with_signature(
        (int.from_bytes(genuine.signature, "big") + _modulus(genuine)).to_bytes(257, "big")
    ),
}
