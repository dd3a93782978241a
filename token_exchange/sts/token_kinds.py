"""Recognize the kind and the restrictions of a token by its claims, in a JWT or in an introspection answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from token_exchange.sts.vocabulary import ACCESS_TOKEN, ID_TOKEN, JWT


class Kind(StrEnum):
    """Name the kinds of token that a claim can mean."""

    ACCESS = "access"
    ID = "id"
    ANY = "any"
    """Any JWT: the word names only the format."""


_WORDS: Final[Mapping[str, Kind]] = {
    **dict.fromkeys(("access", "access_token", "access-token", "accesstoken", "at", "at+jwt", "bearer"), Kind.ACCESS),
    **dict.fromkeys(("id", "id_token", "id-token", "idtoken"), Kind.ID),
    **dict.fromkeys(("jwt", "jose"), Kind.ANY),
}
"""The words that name an access token, an ID token or any JWT; every other word names another kind."""

_MISTAKABLE: Final = frozenset({"refresh", "refresh_token", "refresh-token", "refreshtoken", "rt", "offline", "logout"})

KIND_CLAIMS: Final = ("token_use", "typ", "token_type")
"""Claims that always name the kind of the token (Amazon Cognito, Keycloak, RFC 7662 §2.2)."""
HINT_CLAIMS: Final = ("type", "tty", "tokenType", "tokenUse", "token_kind")
"""Claims that name the kind on some servers and mean something else on others: only known words count."""

OF_OTHER_KINDS: Final = (
    "events",  # a security event or a logout token (RFC 8417)
    "token_introspection",  # a signed introspection answer (RFC 9701)
    "htm",  # a proof of possession (RFC 9449)
    "htu",
    "_sd_alg",  # a selectively disclosable JWT, some claims of which are not in the token (RFC 9901)
)
"""Claims that neither an access token nor an ID token has."""

OF_ID_TOKENS: Final = ("at_hash", "c_hash", "s_hash", "urn:openid:params:jwt:claim:rt_hash")
"""Hashes of values issued with an ID token (OpenID Connect Core §3.1.3.6, §3.3.2.11; CIBA Core §10.3.1)."""

_KINDS: Final[Mapping[str, frozenset[Kind]]] = {
    ACCESS_TOKEN: frozenset({Kind.ACCESS, Kind.ANY}),
    JWT: frozenset({Kind.ACCESS, Kind.ANY}),
    ID_TOKEN: frozenset({Kind.ID, Kind.ANY}),
}


def mismatch(claims: Mapping[str, object], token_type: str, header_type: str | None = None) -> str | None:
    """Return the claim that contradicts the declared token type, None if no claim does (RFC 8725 §3.12)."""
    fitting = _KINDS[token_type]
    for name in KIND_CLAIMS:
        if name in claims and _kind(claims[name]) not in fitting and not _is_scheme(name, claims[name]):
            return name
    for name in HINT_CLAIMS:
        if _is_telling(claims.get(name)) and _kind(claims[name]) not in fitting:
            return name
    if foreign := _first(OF_OTHER_KINDS, claims):
        return foreign
    if token_type == ID_TOKEN:
        return None
    if hashed := _first(OF_ID_TOKENS, claims):
        return hashed
    # A nonce belongs to the ID token of a login. An access token with a nonce must say that it is an access token.
    return "nonce" if "nonce" in claims and not _says_access(claims, header_type) else None


def restriction(claims: Mapping[str, object]) -> str | None:
    """Return the claim with a restriction that a bearer token cannot keep, None if there is none."""
    if bound := _first(("cnf", "authorization_details"), claims):
        return bound
    return "token_type" if "token_type" in claims and _is_scheme("token_type", claims["token_type"]) else None


def _is_scheme(name: str, word: object) -> bool:
    """Return True if the claim is `token_type` and names an authentication scheme (RFC 7662 §2.2) other than Bearer."""
    return name == "token_type" and _kind(word) is None and not _is_telling(word)


def _kind(word: object) -> Kind | None:
    return _WORDS.get(_bare(word)) if isinstance(word, str) else None


def _bare(word: str) -> str:
    return word.strip().lower().removeprefix("urn:ietf:params:oauth:token-type:").removeprefix("application/")


def _is_telling(word: object) -> bool:
    """Return True if the word can only be the name of a kind of token."""
    if not isinstance(word, str):
        return False
    return _bare(word) in _MISTAKABLE or _kind(word) in (Kind.ACCESS, Kind.ID)


def _says_access(claims: Mapping[str, object], header_type: str | None) -> bool:
    return _kind(header_type) is Kind.ACCESS or any(_kind(claims.get(name)) is Kind.ACCESS for name in KIND_CLAIMS)


def _first(names: Iterable[str], claims: Mapping[str, object]) -> str | None:
    return next((name for name in names if name in claims), None)
