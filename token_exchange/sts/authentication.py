"""Carry on how and when the subject of a token authenticated, unchanged through all exchanges (RFC 9068 §2.2.1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isfinite
from typing import Final

from token_exchange.sts.verification import VerifiedToken

MAX_TEXT: Final = 255
"""The longest text in these claims, in characters."""
MAX_METHODS: Final = 10


def _is_time(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MAX_TEXT and value.isprintable()


def _are_methods(value: object) -> bool:
    return isinstance(value, list) and 0 < len(value) <= MAX_METHODS and all(map(_is_text, value))


_CLAIMS: Final[Mapping[str, Callable[[object], bool]]] = {
    "auth_time": _is_time,
    "acr": _is_text,
    "amr": _are_methods,
}


def authentication_of(token: VerifiedToken) -> dict[str, object]:
    """Return `auth_time`, `acr` and `amr` of the token with which the lineage began, as far as they are known.

    A claim of another form than its specification gives it is left out (OpenID Connect Core §2).
    """
    source = token.authentication if token.generation else token.claims
    return {name: source[name] for name, fits in _CLAIMS.items() if name in source and fits(source[name])}
