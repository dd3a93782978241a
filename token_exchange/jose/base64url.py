"""Base64url as RFC 7515 §2 has it: no padding, one alphabet, and one spelling for any bytes."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode

from token_exchange.jose.refusal import Flaw, Refused


def encode(data: bytes) -> str:
    """Return the one spelling of these bytes."""
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes:
    """Return the bytes that `text` spells.

    Padding, white space, the other alphabet and unused bits that are not zero all decode in a lenient reader,
    and would give one token several spellings (D55); what does not come back the same is refused.
    """
    try:
        data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise Refused(Flaw.NOT_BASE64URL) from None
    if encode(data) != text:
        raise Refused(Flaw.NOT_BASE64URL)
    return data
