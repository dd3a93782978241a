"""Encode and decode base64url as RFC 7515 §2 defines it: without padding, each sequence of bytes in one spelling."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode

from token_exchange.jose.refusal import Flaw, Refused


def encode(data: bytes) -> str:
    """Return the base64url text of these bytes."""
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes:
    """Return the bytes that `text` encodes; raise `Refused` for any text that `encode` would not have written.

    A lenient decoder accepts padding, white space, the other alphabet and unused bits that are not zero. One token
    would then have several spellings, and a check for repeated use could miss one of them.
    """
    try:
        data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise Refused(Flaw.NOT_BASE64URL) from None
    if encode(data) != text:
        raise Refused(Flaw.NOT_BASE64URL)
    return data
