"""Make a valid token, and change one thing about it."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode
from dataclasses import dataclass, field

from tests.jose.issuer import Issuer, as_json, encode


@dataclass
class Genuine:
    """Hold a valid token and its issuer."""

    issuer: Issuer
    claims: dict
    token: str = field(init=False)

    def __post_init__(self):
        self.token = self.signed()

    def signed(self, payload=None, *, key=None, raw=None, **header):
        """Return a token signed by the issuer, with these changes to its header, or with this text as its header."""
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
        """Return the same text with another signature, given in bytes or as a segment."""
        segment = encode(signature) if isinstance(signature, bytes) else signature
        return ".".join([*self.segments[:2], segment])

    def with_segment(self, place, change):
        segments = self.segments
        segments[place] = change(segments[place])
        return ".".join(segments)

    def under_mac(self, secret, algorithm="HS256"):
        """Return the same claims with a MAC as the signature."""
        text = f"{encode(as_json(self.issuer.header(alg=algorithm)))}.{self.segments[1]}"
        return f"{text}.{encode(hmac.new(secret, text.encode(), f'sha{algorithm[2:]}').digest())}"
