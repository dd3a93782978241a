"""Verify a signature with a pinned algorithm, and with the key of the issuer that the token names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NewType

from token_exchange.jose.compact import UnverifiedJws, UnverifiedToken
from token_exchange.jose.jwk import VerificationKey
from token_exchange.jose.key_policy import ASYMMETRIC, IMPLEMENTATIONS
from token_exchange.jose.keys import KeySet
from token_exchange.jose.refusal import Flaw, Refused

SignedClaims = NewType("SignedClaims", Mapping[str, object])
"""Claims that the issuer has signed; `claims.check` decides whether they are acceptable here and now."""


def verify(
    token: UnverifiedToken, keys: KeySet, algorithms: frozenset[str], *, allow_missing_kid: bool = False
) -> SignedClaims:
    """Return the claims of the token; raise `Refused` unless a key of the issuer signed them."""
    verify_jws(token, keys, algorithms, allow_missing_kid=allow_missing_kid)
    return SignedClaims(token.claims)


def verify_jws(
    jws: UnverifiedJws, keys: KeySet, algorithms: frozenset[str], *, allow_missing_kid: bool = False
) -> None:
    """Raise `Refused` unless a key with the `kid` of the message made the signature with a pinned algorithm.

    A valid ECDSA signature (r, s) has a valid twin (r, n - s), which any client can compute and every library accepts.
    So tokens must never be compared by their text or signature; single use counts `iss` and `jti`.
    """
    algorithm = jws.header.alg
    require_pinned(algorithm, algorithms)
    named = _named(jws.header.kid, keys, allow_missing_kid)
    # A dictionary by key material, so that a key with two entries is tried once.
    fitting = {key.material: key for key in named if algorithm in key.algorithms}
    if not fitting:
        raise Refused(Flaw.KEY_OF_OTHER_ALGORITHM)
    verify_one = IMPLEMENTATIONS[algorithm].verify
    if not any(verify_one(jws.signing_input, key.key, jws.signature) for key in fitting.values()):
        raise Refused(Flaw.SIGNATURE_WRONG)


def require_pinned(algorithm: str, algorithms: frozenset[str]) -> None:
    """Raise `Refused` unless the algorithm is asymmetric and pinned, in exactly this spelling."""
    # Exact comparison: to some libraries "None" and "nOnE" also mean "none".
    if algorithm not in algorithms & ASYMMETRIC:
        raise Refused(Flaw.ALGORITHM_NOT_PINNED)


def _named(kid: str | None, keys: KeySet, allow_missing_kid: bool) -> list[VerificationKey]:
    """Return the keys with this `kid`; raise `Refused` if there are none.

    Several keys may share a `kid` if they differ in `alg` or `kty` (RFC 7517 §4.5). Keys with another `kid` are not
    tried: a key may verify only the tokens that name it.
    """
    named = [key for key in keys.keys if kid is not None and key.kid == kid]
    if named:
        return named
    # After this flaw the caller fetches newer keys: the issuer may have published the key since.
    if kid is not None and all(key.kid is not None for key in keys.keys):
        raise Refused(Flaw.KEY_UNKNOWN)
    if not allow_missing_kid or len({key.material for key in keys.keys}) != 1:
        raise Refused(Flaw.KEY_NOT_NAMED)
    return list(keys.keys)
