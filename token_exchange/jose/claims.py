"""Check signed claims: issuer, audience, times and subject are required, typed and bounded (RFC 7519 §4.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from token_exchange.jose.refusal import Flaw, Refused, is_name
from token_exchange.jose.signature import SignedClaims
from token_exchange.sts.conditions import claim_at
from token_exchange.sts.vocabulary import LEEWAY

MAX_IDENTIFIER: Final = 255
"""Characters of `sub` (OpenID Connect Core §2) and `jti`."""
MAX_AUDIENCE: Final = 1_024
MAX_AUDIENCES: Final = 32
MAX_TIME: Final = 253_402_300_799
"""The last second that a date can express: 9999-12-31T23:59:59Z."""
MAX_NUMERIC_DATE: Final = 2**53
"""Larger numbers may be read as different seconds by different JSON parsers (RFC 8259 §6)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedClaims:
    """Hold the claims of a token that passed all checks; times are seconds since the epoch."""

    issuer: str
    subject: str
    audiences: frozenset[str]
    """All audiences that the token names; at least one of them is accepted here."""
    expires: float
    """The `exp` of the token, `MAX_TIME` at most; the check accepts the token for `LEEWAY` seconds longer."""
    issued_at: float
    token_id: str | None
    claims: Mapping[str, object] = field(repr=False)


def check(
    claims: SignedClaims,
    *,
    issuer: str,
    audiences: frozenset[str],
    now: float,
    max_age: int,
    leeway: int = LEEWAY,
    subject_claim: str = "sub",
    longest_subject: int = MAX_IDENTIFIER,
    audience_claim: str = "aud",
) -> CheckedClaims:
    """Return the checked claims; raise `Refused` if issuer, audience, times or subject are not acceptable.

    `max_age` is the longest accepted time since `iat`, in seconds. If `audiences` is empty, no token is accepted. The
    subject and the audience are read from the given claims only, even where another claim looks like one.
    """
    _check_issuer(claims, issuer)
    issued_at, expires = _check_times(claims, now, max_age, leeway)
    return CheckedClaims(
        issuer=issuer,
        subject=subject_at(claims, subject_claim, longest_subject),
        audiences=_audiences(claims.get(audience_claim), audiences),
        expires=expires,
        issued_at=issued_at,
        token_id=_identifier(claims["jti"], Flaw.TOKEN_ID_MALFORMED) if "jti" in claims else None,
        claims=claims,
    )


def _check_issuer(claims: SignedClaims, issuer: str) -> None:
    """Raise `Refused` unless `iss` is exactly the issuer; a list that contains it is refused (CVE-2025-30144)."""
    if claims.get("iss") != issuer or not issuer:
        raise Refused(Flaw.ISSUER_WRONG)


def _check_times(claims: SignedClaims, now: float, max_age: int, leeway: int) -> tuple[float, float]:
    issued_at, expires = numeric_date(claims.get("iat")), numeric_date(claims.get("exp"))
    not_before = numeric_date(claims["nbf"]) if "nbf" in claims else issued_at
    if now >= expires + leeway:
        raise Refused(Flaw.EXPIRED)
    if now < max(issued_at, not_before) - leeway:
        raise Refused(Flaw.NOT_YET_VALID)
    if now > issued_at + max_age + leeway:
        raise Refused(Flaw.TOO_OLD)
    return issued_at, expires


def numeric_date(value: object) -> float:
    """Return a NumericDate as seconds since the epoch, `MAX_TIME` at most; raise `Refused` for any other value.

    RFC 7519 §2 allows every JSON number, with a fraction or an exponent too. `True` is a number in Python, not in JSON.
    """
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise Refused(Flaw.TIME_MALFORMED)
    if not abs(value) <= MAX_NUMERIC_DATE:  # every comparison with NaN is false, so NaN is refused too
        raise Refused(Flaw.TIME_MALFORMED)
    return min(value, MAX_TIME)


def _audiences(named: object, ours: frozenset[str]) -> frozenset[str]:
    names = named if isinstance(named, list) else [named]
    if not 0 < len(names) <= MAX_AUDIENCES:
        raise Refused(Flaw.AUDIENCE_MALFORMED)
    audiences = frozenset(_audience(name) for name in names)
    if audiences.isdisjoint(ours):
        raise Refused(Flaw.AUDIENCE_WRONG)
    return audiences


def _audience(name: object) -> str:
    if not is_name(name, MAX_AUDIENCE):
        raise Refused(Flaw.AUDIENCE_MALFORMED)
    return name


def subject_at(claims: Mapping[str, object], claim: str, longest: int = MAX_IDENTIFIER) -> str:
    """Return the subject that a claim names; raise `Refused` if it is missing, malformed or too long."""
    subject = claim_at(claims, claim)
    if isinstance(subject, str) and len(subject) > longest:
        raise Refused(Flaw.SUBJECT_TOO_LONG)
    return _identifier(subject, Flaw.SUBJECT_MALFORMED, longest)


def _identifier(value: object, flaw: Flaw, longest: int = MAX_IDENTIFIER) -> str:
    """Return the value; raise `Refused` if it is not a name, or has blanks around it, which some databases ignore."""
    if not is_name(value, longest) or value != value.strip():
        raise Refused(flaw)
    return value
