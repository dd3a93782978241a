"""Compute the second valid signature that ECDSA has for every text."""

from __future__ import annotations

from base64 import urlsafe_b64decode

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from jwt.utils import der_to_raw_signature, raw_to_der_signature

from tests.jose.issuer import CURVES, encode

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def twin_of(token):
    """Return the ES256 token with the signature (r, n - s) in place of (r, s); every library accepts both."""
    signing_input, _, signature = token.rpartition(".")
    r, s = decode_dss_signature(raw_to_der_signature(urlsafe_b64decode(signature + "=="), CURVES["ES256"]))
    twin = der_to_raw_signature(encode_dss_signature(r, ORDER - s), CURVES["ES256"])
    return f"{signing_input}.{encode(twin)}"
