"""Make numbers that a careless ECDSA verifier accepts as a signature (CVE-2022-21449)."""

from __future__ import annotations

from jwt.utils import raw_to_der_signature

from tests.jose.issuer import CURVES, Issuer
from tests.jose.twins import ORDER


def _pair(genuine, *, r=None, s=None, size=32):
    halves = genuine.signature[:32], genuine.signature[32:]
    numbers = [
        int.from_bytes(half, "big") if given is None else given for half, given in zip(halves, (r, s), strict=True)
    ]
    return b"".join(number.to_bytes(size, "big") for number in numbers)


ECDSA = {
    "DER": lambda genuine: genuine.with_signature(raw_to_der_signature(genuine.signature, CURVES["ES256"])),
    "r of zero": lambda genuine: genuine.with_signature(_pair(genuine, r=0)),
    "s of zero": lambda genuine: genuine.with_signature(_pair(genuine, s=0)),
    "r of one": lambda genuine: genuine.with_signature(_pair(genuine, r=1)),
    "both one": lambda genuine: genuine.with_signature(_pair(genuine, r=1, s=1)),
    "r of the order": lambda genuine: genuine.with_signature(_pair(genuine, r=ORDER)),
    "s of the order": lambda genuine: genuine.with_signature(_pair(genuine, s=ORDER)),
    "both of the order": lambda genuine: genuine.with_signature(_pair(genuine, r=ORDER, s=ORDER)),
    "halves in the other order": lambda genuine: genuine.with_signature(
        genuine.signature[32:] + genuine.signature[:32]
    ),
    "halves a zero longer": lambda genuine: genuine.with_signature(_pair(genuine, size=33)),
    "the order added to s": lambda genuine: genuine.with_signature(
        _pair(genuine, s=int.from_bytes(genuine.signature[32:], "big") + ORDER, size=33)
    ),
    "another curve": lambda genuine: genuine.signed(key=Issuer("ES384"), alg="ES384"),
}
