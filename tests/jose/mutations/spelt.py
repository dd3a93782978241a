"""Write the bytes of a token as other texts, and as texts of another form."""

from __future__ import annotations

import json

from tests.jose.issuer import as_json, encode

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def _segment(place, change):
    return lambda genuine: genuine.with_segment(place, change)


def _unused_bits(segment):
    """Return the same bytes in another spelling if there are unused bits, otherwise an impossible spelling."""
    if len(segment) % 4 == 0:
        return segment[:-1]
    return segment[:-1] + ALPHABET[ALPHABET.index(segment[-1]) ^ 1]


def _encrypted(genuine):
    """Return a JWE that contains the token; it is never decrypted."""
    header = encode(as_json({"alg": "RSA-OAEP-256", "enc": "A256GCM", "cty": "JWT", "kid": "key-1"}))
    return ".".join([header, encode(b"k" * 256), encode(b"i" * 12), encode(genuine.token.encode()), encode(b"t" * 16)])


SPELT = {
    **{
        f"{name} in segment {place}": _segment(place, change)
        for place in range(3)
        for name, change in {
            "padding": lambda segment: segment + "=",
            "double padding": lambda segment: segment + "==",
            "unused bits": _unused_bits,
            "a blank before": lambda segment: " " + segment,
            "a blank within": lambda segment: segment[:4] + " " + segment[4:],
            "a line feed after": lambda segment: segment + "\n",
            "a tab within": lambda segment: segment[:4] + "\t" + segment[4:],
            "a zero-width space": lambda segment: segment[:4] + "\u200b" + segment[4:],
            "a NUL": lambda segment: segment + "\0",
            "a letter of the other alphabet": lambda segment: segment[:-1] + "+",
            "a full-width letter": lambda segment: chr(ord(segment[0]) + 0xFEE0) + segment[1:],
            "a percent sign": lambda segment: segment.replace(segment[0], f"%{ord(segment[0]):02X}", 1),
            "nothing": lambda segment: "",
        }.items()
    },
    "the other case": lambda genuine: genuine.token.swapcase(),
    "blanks around": lambda genuine: f" {genuine.token} ",
    "quotation marks": lambda genuine: f'"{genuine.token}"',
    "its scheme before it": lambda genuine: f"Bearer {genuine.token}",
    "one segment": lambda genuine: genuine.segments[1],
    "two segments": lambda genuine: ".".join(genuine.segments[:2]),
    "four segments": lambda genuine: f"{genuine.token}.{genuine.segments[2]}",
    "a dot after": lambda genuine: f"{genuine.token}.",
    "a dot before": lambda genuine: f".{genuine.token}",
    "other dots": lambda genuine: genuine.token.replace(".", "\u3002"),
    "JWE around it": _encrypted,
    "JSON serialization": lambda genuine: json.dumps(
        dict(zip(("protected", "payload", "signature"), genuine.segments, strict=True))
    ),
}
