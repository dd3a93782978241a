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
    """Raise `Refused` unless one key of the set made this signature with an algorithm that is pinned.

    The signature of a good token is not its only good one: from (r, s) anybody makes (r, n - s), which every
    library takes. So nothing may tell tokens apart by their text or signature: single use counts `iss` and
    `jti` (INV-9).
    """
    algorithm = jws.header.alg
    if algorithm not in algorithms & ASYMMETRIC:  # exact case: "none" has many spellings, RS256 has one
        raise Refused(Flaw.ALGORITHM_NOT_PINNED)
    key = _select(jws.header.kid, keys, allow_missing_kid)
    if algorithm not in key.algorithms:
        raise Refused(Flaw.KEY_OF_OTHER_ALGORITHM)
    if not IMPLEMENTATIONS[algorithm].verify(jws.signing_input, key.key, jws.signature):
        raise Refused(Flaw.SIGNATURE_WRONG)


def _select(kid: str | None, keys: KeySet, allow_missing_kid: bool) -> VerificationKey:
    """The one key of that name; trying one after the other would let any of them speak for any (D24, D26)."""
    names = [key.kid for key in keys.keys]
    if kid is not None and kid in names:
        return keys.keys[names.index(kid)]
    if kid is not None and None not in names:  # the one refusal that newer keys may cure
        raise Refused(Flaw.KEY_UNKNOWN)
    if len(names) != 1 or not allow_missing_kid:
        raise Refused(Flaw.KEY_NOT_NAMED)
    return keys.keys[0]
