"""Read one JSON Web Key, and refuse a key that must not verify tokens (RFC 7517)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm
from jwt.exceptions import InvalidKeyError

from token_exchange.jose import base64url
from token_exchange.jose.compact import MAX_HEADER_VALUE
from token_exchange.jose.key_policy import KeyKind, algorithms_of, check_rsa
from token_exchange.jose.refusal import Flaw, Refused, is_name

Jwk = Mapping[str, object]

_MATERIAL: Final = {"RSA": ("n", "e"), "EC": ("x", "y"), "OKP": ("x",)}
_LOADERS: Final[Mapping[str, Callable[[dict[str, Any]], Any]]] = {
    "RSA": RSAAlgorithm.from_jwk,
    "EC": ECAlgorithm.from_jwk,
    "OKP": OKPAlgorithm.from_jwk,
}
_PRIVATE: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
# SPIFFE bundles have two values of their own for `use` (SPIFFE Trust Domain and Bundle §4.2.2): `jwt-svid` for keys
# that sign JWTs, `x509-svid` for certificate authorities.
_SIGNING_USES: Final = frozenset({"sig", "jwt-svid"})
_KEPT: Final = ("kid", "kty", "crv", "n", "e", "x", "y", "alg", "use", "key_ops")


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationKey:
    """Hold a public key that passed the policy, with the algorithms that it may verify."""

    kid: str | None
    kty: str
    curve: str | None
    algorithms: frozenset[str]
    key: Any = field(repr=False)
    """The key object of cryptography, loaded once: no request parses a key."""
    material: bytes = field(repr=False)
    """The public key as DER, the same for two entries with the same key."""
    jwk: Jwk = field(repr=False)
    """The members that the key was read from, for the cache."""


def read_jwk(jwk: object, pinned: frozenset[str]) -> VerificationKey:
    """Return the key of one entry of a key set; raise `Refused` if the key must not verify tokens.

    `pinned` are the algorithms that the administrator allows for the issuer.
    """
    if not isinstance(jwk, Mapping):
        raise Refused(Flaw.KEY_MALFORMED)
    # Some libraries write null for members without a value: treat those as absent.
    jwk = {name: value for name, value in jwk.items() if value is not None}
    kind = _kind(jwk)
    _check_purpose(jwk)
    kid, algorithms, key = _key_id(jwk), _algorithms(jwk, kind, pinned), _load(jwk, kind)
    return VerificationKey(
        kid=kid,
        kty=kind.kty,
        curve=kind.curve,
        algorithms=algorithms,
        key=key,
        material=key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        jwk={name: jwk[name] for name in _KEPT if name in jwk},
    )


def _kind(jwk: Jwk) -> KeyKind:
    kty, curve = jwk.get("kty"), jwk.get("crv")
    if kty == "oct":
        raise Refused(Flaw.KEY_SYMMETRIC)
    if not _PRIVATE.isdisjoint(jwk):  # every reader of a published private key can sign with it
        raise Refused(Flaw.KEY_PRIVATE)
    if not isinstance(kty, str) or not (curve is None or isinstance(curve, str)):
        raise Refused(Flaw.KEY_MALFORMED)
    kind = KeyKind(kty, curve)
    if not algorithms_of(kind):
        raise Refused(Flaw.KEY_KIND_UNSUPPORTED)
    return kind


def _check_purpose(jwk: Jwk) -> None:
    """Raise `Refused` if the key is meant for encryption or other uses (RFC 7517 §4.2, §4.3)."""
    use, operations = jwk.get("use", "sig"), jwk.get("key_ops", ["verify"])
    if not isinstance(use, str) or use not in _SIGNING_USES:
        raise Refused(Flaw.KEY_NOT_FOR_SIGNATURES)
    if not isinstance(operations, list) or "verify" not in operations:
        raise Refused(Flaw.KEY_NOT_FOR_SIGNATURES)


def _key_id(jwk: Jwk) -> str | None:
    if "kid" not in jwk:
        return None
    kid = jwk["kid"]
    if not is_name(kid, MAX_HEADER_VALUE):
        raise Refused(Flaw.KEY_ID_MALFORMED)
    return kid


def _algorithms(jwk: Jwk, kind: KeyKind, pinned: frozenset[str]) -> frozenset[str]:
    algorithms = algorithms_of(kind) & pinned
    if "alg" in jwk:
        algorithms = frozenset(name for name in algorithms if name == jwk["alg"])
    if not algorithms:
        raise Refused(Flaw.ALGORITHM_NOT_PINNED)
    return algorithms


def _load(jwk: Jwk, kind: KeyKind) -> Any:
    material = {name: jwk.get(name) for name in _MATERIAL[kind.kty]}
    decoded = {name: _decode(value) for name, value in material.items()}
    if kind.kty == "RSA":
        check_rsa(_integer(decoded["n"]), _integer(decoded["e"]))
    try:
        return _LOADERS[kind.kty]({"kty": kind.kty, "crv": kind.curve, **material})
    except (InvalidKeyError, UnsupportedAlgorithm, ValueError):  # for example a point that is not on the curve
        raise Refused(Flaw.KEY_MALFORMED) from None


def _decode(value: object) -> bytes:
    if not isinstance(value, str):
        raise Refused(Flaw.KEY_MALFORMED)
    return base64url.decode(value)


def _integer(data: bytes) -> int:
    return int.from_bytes(data, "big")
