"""Whether a signature is the issuer's: pinned algorithm, one key, the library's own arithmetic (INV-6alg)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NewType

from token_exchange.jose.algorithms import ASYMMETRIC, IMPLEMENTATIONS
from token_exchange.jose.compact import UnverifiedJws, UnverifiedToken
from token_exchange.jose.jwk import VerificationKey
from token_exchange.jose.keys import KeySet
from token_exchange.jose.refusal import Flaw, Refused

SignedClaims = NewType("SignedClaims", Mapping[str, object])
"""Claims that a key of the issuer has signed; whether they hold here and now is for `claims.check` to say."""


def verify(
    token: UnverifiedToken, keys: KeySet, algorithms: frozenset[str], *, allow_missing_kid: bool = False
) -> SignedClaims:
    """Return the claims that the issuer signed; raise `Refused` if it did not sign these."""
    verify_jws(token, keys, algorithms, allow_missing_kid=allow_missing_kid)
    return SignedClaims(token.claims)


def verify_jws(
    jws: UnverifiedJws, keys: KeySet, algorithms: frozenset[str], *, allow_missing_kid: bool = False
) -> None:
    """Raise `Refused` unless a key of the name that is given made this signature with an algorithm that is pinned.

    The signature of a good token is not its only good one: from (r, s) anybody makes (r, n - s), which every
    library takes. So nothing may tell tokens apart by their text or signature: single use counts `iss` and
    `jti` (INV-9).
    """
    algorithm = jws.header.alg
    require_pinned(algorithm, algorithms)
    named = _named(jws.header.kid, keys, allow_missing_kid)
    # Keyed by the key itself, so that the same key in two entries is tried once.
    fitting = {key.material: key for key in named if algorithm in key.algorithms}
    if not fitting:
        raise Refused(Flaw.KEY_OF_OTHER_ALGORITHM)
    verify_one = IMPLEMENTATIONS[algorithm].verify
    if not any(verify_one(jws.signing_input, key.key, jws.signature) for key in fitting.values()):
        raise Refused(Flaw.SIGNATURE_WRONG)


def require_pinned(algorithm: str, algorithms: frozenset[str]) -> None:
    """Raise `Refused` unless the algorithm is asymmetric and pinned, in exactly this spelling."""
    if algorithm not in algorithms & ASYMMETRIC:  # "none" has many spellings, RS256 has one
        raise Refused(Flaw.ALGORITHM_NOT_PINNED)


def _named(kid: str | None, keys: KeySet, allow_missing_kid: bool) -> list[VerificationKey]:
    """The keys of that name; trying the others too would let any of them speak for any.

    One name for several keys is unusual and allowed: `kid` and `alg`, or `kid` and `kty`, may name one together
    (RFC 7517 §4.5).
    """
    named = [key for key in keys.keys if kid is not None and key.kid == kid]
    if named:
        return named
    if kid is not None and all(key.kid is not None for key in keys.keys):  # newer keys may cure this refusal
        raise Refused(Flaw.KEY_UNKNOWN)
    if not allow_missing_kid or len({key.material for key in keys.keys}) != 1:
        raise Refused(Flaw.KEY_NOT_NAMED)
    return list(keys.keys)
