"""The door before any library: a compact JWS taken apart, or refused (RFC 7515 §7.1, INV-19)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from token_exchange.jose import base64url
from token_exchange.jose.names import is_name
from token_exchange.jose.refusal import Flaw, Refused
from token_exchange.jose.strict_json import parse_object
from token_exchange.sts.vocabulary import MAX_TOKEN_BYTES

MAX_HEADER_VALUE: Final = 256

_SEGMENTS: Final = 3
_JWE_SEGMENTS: Final = 5

_READ: Final = ("alg", "kid", "typ")
# The first three change what the signature covers or how the payload is read, jwk brings a key along, and enc makes a
# JWE. Every other member is ignored, as RFC 7515 §4 demands, and so cannot lead this server to any key.
_REFUSED: Final = frozenset({"crit", "b64", "zip", "jwk", "enc"})


@dataclass(frozen=True, slots=True, kw_only=True)
class UnverifiedHeader:
    """What a token says about its own signature (RFC 7515 §4.1)."""

    alg: str
    kid: str | None
    typ: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnverifiedJws:
    """A signed message, well-formed; whether the signature is anybody's is not known."""

    header: UnverifiedHeader
    payload: bytes = field(repr=False)
    signing_input: bytes = field(repr=False)
    """What the signature covers, and so what tells tokens apart: a signature may have several valid forms."""
    signature: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnverifiedToken(UnverifiedJws):
    """A well-formed JWT; of its claims nothing has been proved."""

    claims: Mapping[str, object] = field(repr=False)


def read(text: str) -> UnverifiedToken:
    """Return the JWT that `text` is; raise `Refused`, and nothing else, for every other text."""
    jws = read_jws(text)
    return UnverifiedToken(
        header=jws.header,
        payload=jws.payload,
        signing_input=jws.signing_input,
        signature=jws.signature,
        claims=parse_object(jws.payload),
    )


def read_jws(text: str) -> UnverifiedJws:
    """Return the signed message that `text` is, whatever it carries; raise `Refused` for every other text."""
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
    if len(segments) == _JWE_SEGMENTS:  # decrypting is not verifying (RFC 8725 §3.3)
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
