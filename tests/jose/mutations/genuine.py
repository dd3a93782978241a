"""A token that counts, and the ways to change one thing about it."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode
from dataclasses import dataclass, field

from tests.jose.issuer import Issuer, as_json, encode


@dataclass
class Genuine:
    """A token that counts, and who made it."""

    issuer: Issuer
    claims: dict
    token: str = field(init=False)

    def __post_init__(self):
        self.token = self.signed()

    def signed(self, payload=None, *, key=None, raw=None, **header):
        """A token under the issuer's signature with these changes to its header, or with this text as its header."""
        signer = key or self.issuer
        header = {name: value for name, value in self.issuer.header(**header).items() if value is not ...}
        return signer.sign(raw or header, payload or self.claims)

    @property
    def segments(self):
        return self.token.split(".")

    @property
    def signature(self):
        return urlsafe_b64decode(self.segments[2] + "==")

    def with_signature(self, signature):
        """The same text under another signature, in bytes or as a segment."""
        segment = encode(signature) if isinstance(signature, bytes) else signature
        return ".".join([*self.segments[:2], segment])

    def with_segment(self, place, change):
        segments = self.segments
        segments[place] = change(segments[place])
        return ".".join(segments)

    def under_mac(self, secret, algorithm="HS256"):
        """The same claims under a MAC."""
        text = f"{encode(as_json(self.issuer.header(alg=algorithm)))}.{self.segments[1]}"
        return f"{text}.{encode(hmac.new(secret, text.encode(), f'sha{algorithm[2:]}').digest())}"
