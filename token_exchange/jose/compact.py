"""Read a compact JWS strictly, before any library sees the text (RFC 7515 §7.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from token_exchange.jose import base64url
from token_exchange.jose.refusal import Flaw, Refused, is_name
from token_exchange.jose.strict_json import parse_object
from token_exchange.sts.vocabulary import MAX_TOKEN_BYTES

MAX_HEADER_VALUE: Final = 256

_SEGMENTS: Final = 3
_JWE_SEGMENTS: Final = 5

_READ: Final = ("alg", "kid", "typ")
# `crit`, `b64` and `zip` change what the signature covers or how the payload is read; `jwk` is a key that the sender
# chose; `enc` marks a JWE. Every other member is ignored, as RFC 7515 §4 demands, so none can lead to a key.
_REFUSED: Final = frozenset({"crit", "b64", "zip", "jwk", "enc"})


@dataclass(frozen=True, slots=True, kw_only=True)
class UnverifiedHeader:
    """Hold the header of a token as the sender wrote it (RFC 7515 §4.1)."""

    alg: str
    kid: str | None
    typ: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnverifiedJws:
    """Hold a well-formed signed message whose signature has not been verified."""

    header: UnverifiedHeader
    payload: bytes = field(repr=False)
    signing_input: bytes = field(repr=False)
    """The text that the signature covers. It identifies a token: one text may have several valid signatures."""
    signature: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnverifiedToken(UnverifiedJws):
    """Hold a well-formed JWT whose signature and claims have not been verified."""

    claims: Mapping[str, object] = field(repr=False)


def read(text: str) -> UnverifiedToken:
    """Return the JWT in `text`; raise `Refused`, and no other error, if the text is not a well-formed JWT."""
    jws = read_jws(text)
    return UnverifiedToken(
        header=jws.header,
        payload=jws.payload,
        signing_input=jws.signing_input,
        signature=jws.signature,
        claims=parse_object(jws.payload),
    )


def read_jws(text: str) -> UnverifiedJws:
    """Return the signed message in `text`, with any payload; raise `Refused` if the text is not well-formed."""
    header, payload, signature = _segments(text)
    return UnverifiedJws(
        header=_header(parse_object(base64url.decode(header))),
        payload=base64url.decode(payload),
        signing_input=f"{header}.{payload}".encode(),
        signature=base64url.decode(signature),
    )


def _segments(text: str) -> list[str]:
    if len(text) > MAX_TOKEN_BYTES:
        raise Refused(Flaw.TOO_LONG)
    segments = text.split(".", _JWE_SEGMENTS)
    if len(segments) == _JWE_SEGMENTS:  # that a token decrypts does not prove its sender (RFC 8725 §3.3)
        raise Refused(Flaw.ENCRYPTED)
    if len(segments) != _SEGMENTS or not all(segments):
        raise Refused(Flaw.NOT_COMPACT)
    return segments


def _header(members: Mapping[str, object]) -> UnverifiedHeader:
    if not _REFUSED.isdisjoint(members):
        raise Refused(Flaw.HEADER_NOT_ALLOWED)
    values = {name: _header_value(members[name]) for name in _READ if name in members}
    if "alg" not in values:
        raise Refused(Flaw.HEADER_MALFORMED)
    return UnverifiedHeader(alg=values["alg"], kid=values.get("kid"), typ=values.get("typ"))


def _header_value(value: object) -> str:
    if not is_name(value, MAX_HEADER_VALUE):
        raise Refused(Flaw.HEADER_MALFORMED)
    return value
