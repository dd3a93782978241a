"""Make numbers that a careless EdDSA verifier accepts as a signature (RFC 8032 §5.1.7)."""

from __future__ import annotations

ORDER = 2**252 + 27742317777372353535851937790883648493

EDDSA = {
    "the order added to S": lambda genuine: genuine.with_signature(
        genuine.signature[:32] + (int.from_bytes(genuine.signature[32:], "little") + ORDER).to_bytes(32, "little")
    ),
    "a point of small order": lambda genuine: genuine.with_signature(b"\1" + bytes(63)),
    "S of zero": lambda genuine: genuine.with_signature(genuine.signature[:32] + bytes(32)),
    "another name": lambda genuine: genuine.signed(alg="Ed25519"),
}
