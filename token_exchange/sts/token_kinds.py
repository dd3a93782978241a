"""What a token says of its own kind and of its restrictions: one table for JWTs and for introspection answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from token_exchange.sts.vocabulary import ACCESS_TOKEN, ID_TOKEN, JWT


class Kind(StrEnum):
    """The kinds of token that a word can name."""

    ACCESS = "access"
    ID = "id"
    ANY = "any"
    """Any JWT: the word does not tell which."""


_WORDS: Final[Mapping[str, Kind]] = {
    **dict.fromkeys(("access", "access_token", "access-token", "accesstoken", "at", "at+jwt", "bearer"), Kind.ACCESS),
    **dict.fromkeys(("id", "id_token", "id-token", "idtoken"), Kind.ID),
    **dict.fromkeys(("jwt", "jose"), Kind.ANY),
}
"""Every other word names another kind: a refresh token, a logout token, an offline token, an assertion grant."""

_MISTAKABLE: Final = frozenset({"refresh", "refresh_token", "refresh-token", "refreshtoken", "rt", "offline", "logout"})

TOLD_BY: Final = ("token_use", "typ", "token_type")
"""Claims that name the kind of the token (Amazon Cognito, Keycloak, RFC 7662 §2.2) and mean nothing else."""
HINTED_BY: Final = ("type", "tty", "tokenType", "tokenUse", "token_kind")
"""Claims that some servers name the kind by, and others use for something else: only a known word counts."""

_FOREIGN: Final = (
    "events",  # a security event or a logout token (RFC 8417)
    "token_introspection",  # a signed introspection answer (RFC 9701)
    "htm",  # a proof of possession (RFC 9449)
    "htu",
    "_sd_alg",  # a selectively disclosable JWT, part of which stands elsewhere (RFC 9901)
)
"""Claims that neither an access token nor an ID token has."""

_OF_ID_TOKENS: Final = ("at_hash", "c_hash", "s_hash", "urn:openid:params:jwt:claim:rt_hash")
"""What an ID token was issued beside (OpenID Connect Core §3.1.3.6, §3.3.2.11; CIBA Core §10.3.1)."""

_KINDS: Final[Mapping[str, frozenset[Kind]]] = {
    ACCESS_TOKEN: frozenset({Kind.ACCESS, Kind.ANY}),
    JWT: frozenset({Kind.ACCESS, Kind.ANY}),
    ID_TOKEN: frozenset({Kind.ID, Kind.ANY}),
}


def mismatch(claims: Mapping[str, object], token_type: str, header_type: str | None = None) -> str | None:
    """Return the claim by which a token says that it is not of the declared type, None if it fits (RFC 8725 §3.12)."""
    fitting = _KINDS[token_type]
    for name in TOLD_BY:
        if name in claims and _kind(claims[name]) not in fitting and not _is_scheme(name, claims[name]):
            return name
    for name in HINTED_BY:
        if _is_telling(claims.get(name)) and _kind(claims[name]) not in fitting:
            return name
    if foreign := _first(_FOREIGN, claims):
        return foreign
    if token_type == ID_TOKEN:
        return None
    if hashed := _first(_OF_ID_TOKENS, claims):
        return hashed
    # A nonce answers a login. Only a token that calls itself an access token may carry one all the same.
    return "nonce" if "nonce" in claims and not _says_access(claims, header_type) else None


def restriction(claims: Mapping[str, object]) -> str | None:
    """Return the claim that restricts the token in a way that an issued bearer token could not carry on, or None."""
    if bound := _first(("cnf", "authorization_details"), claims):
        return bound
    return "token_type" if "token_type" in claims and _is_scheme("token_type", claims["token_type"]) else None


def _is_scheme(name: str, word: object) -> bool:
    """Return True for a `token_type` by which RFC 7662 §2.2 names a scheme other than Bearer: DPoP, PoP, MAC, N_A."""
    return name == "token_type" and _kind(word) is None and not _is_telling(word)


def _kind(word: object) -> Kind | None:
    return _WORDS.get(_bare(word)) if isinstance(word, str) else None


def _bare(word: str) -> str:
    return word.strip().lower().removeprefix("urn:ietf:params:oauth:token-type:").removeprefix("application/")


def _is_telling(word: object) -> bool:
    """Return True for a word that surely names a kind of token, and is no value of another meaning."""
    if not isinstance(word, str):
        return False
    return _bare(word) in _MISTAKABLE or _kind(word) in (Kind.ACCESS, Kind.ID)


def _says_access(claims: Mapping[str, object], header_type: str | None) -> bool:
    return _kind(header_type) is Kind.ACCESS or any(_kind(claims.get(name)) is Kind.ACCESS for name in TOLD_BY)


def _first(names: Iterable[str], claims: Mapping[str, object]) -> str | None:
    return next((name for name in names if name in claims), None)
