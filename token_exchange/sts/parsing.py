"""From parameter pairs to one frozen request; whatever is wrong is refused, never treated as absent."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from token_exchange.sts import vocabulary
from token_exchange.sts.errors import InvalidRequest, InvalidScope, InvalidTarget
from token_exchange.sts.reasons import Reason
from token_exchange.sts.request import PresentedToken, TokenExchangeRequest

# RFC 6749 Appendix A: a token is VSCHAR without space, a scope token is NQCHAR; all of it is ASCII.
_TOKEN: Final = re.compile(r"[\x21-\x7e]+")
_PRINTABLE: Final = re.compile(r"[\x20-\x7e]*")
_SCOPE_PARAMETER: Final = re.compile(r"[\x20-\x7e\t]*")
_SCOPE: Final = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")
_URI_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")

SHORTEST_SECRET: Final = 16
"""Characters below which a token is none of anybody's, and may well be part of a word."""

Values = dict[str, list[str]]


def parse(pairs: Iterable[tuple[str, str]]) -> TokenExchangeRequest:
    """Return the request that the pairs spell; raise `InvalidRequest`, `InvalidScope` or `InvalidTarget`.

    An empty value counts as an absent parameter (RFC 6749 §3.2), an unknown name is ignored.
    """
    values = _collect(pairs)
    for name in sorted(vocabulary.UNSUPPORTED & values.keys()):
        raise InvalidRequest(Reason.PARAMETER_UNSUPPORTED, name)
    _keep_tokens_apart(values)
    return TokenExchangeRequest(
        subject_token=_presented(values, "subject_token"),
        actor_token=_actor_token(values),
        audiences=_targets(values, "audience"),
        resources=_targets(values, "resource"),
        scopes=_scopes(values),
        requested_token_type=_single(values, "requested_token_type"),
        reason=(_single(values, "reason") or "").strip(),
        reference=(_single(values, "reference") or "").strip(),
    )


def _collect(pairs: Iterable[tuple[str, str]]) -> Values:
    values: Values = {}
    seen: set[str] = set()
    for count, (name, value) in enumerate(pairs, start=1):
        if count > vocabulary.MAX_FIELDS:
            raise InvalidRequest(Reason.BODY_TOO_LARGE)
        if name not in vocabulary.PARAMETERS:
            continue
        # INV-4: a repetition is refused even where one of the values is empty.
        if name in seen and name not in vocabulary.REPEATABLE:
            raise InvalidRequest(Reason.PARAMETER_REPEATED, name)
        seen.add(name)
        if value:
            _check_text(name, value)
            values.setdefault(name, []).append(value)
    return values


def _check_text(name: str, value: str) -> None:
    is_token = name in vocabulary.TOKEN_PARAMETERS
    limit = vocabulary.MAX_TOKEN_BYTES if is_token else vocabulary.MAX_PARAMETER_BYTES
    if len(value) > limit:
        raise InvalidRequest(Reason.PARAMETER_TOO_LARGE, name)
    pattern = _TOKEN if is_token else _SCOPE_PARAMETER if name == "scope" else _PRINTABLE
    if not pattern.fullmatch(value):
        raise InvalidRequest(Reason.PARAMETER_MALFORMED, name)


def _keep_tokens_apart(values: Values) -> None:
    """Refuse a token pasted where a name belongs: names reach records and logs, tokens never do (INV-22)."""
    tokens = [values[name][0] for name in vocabulary.TOKEN_PARAMETERS if name in values]
    secrets = [token for token in tokens if len(token) >= SHORTEST_SECRET]
    for name, texts in values.items():
        if name not in vocabulary.TOKEN_PARAMETERS and any(token in text for token in secrets for text in texts):
            raise InvalidRequest(Reason.PARAMETER_MALFORMED, name)


def _single(values: Values, name: str) -> str | None:
    return values[name][0] if name in values else None


def _actor_token(values: Values) -> PresentedToken | None:
    if "actor_token" in values:
        return _presented(values, "actor_token")
    if "actor_token_type" in values:  # RFC 8693 §2.1: the type MUST NOT come without its token
        raise InvalidRequest(Reason.PARAMETER_WITHOUT_ITS_TOKEN, "actor_token")
    return None


def _presented(values: Values, name: str) -> PresentedToken:
    value, token_type = _single(values, name), _single(values, f"{name}_type")
    if value is None:
        raise InvalidRequest(Reason.PARAMETER_MISSING, name)
    if token_type is None:
        raise InvalidRequest(Reason.PARAMETER_MISSING, f"{name}_type")
    if not _URI_SCHEME.match(token_type):  # RFC 8693 §3: token type identifiers are URIs
        raise InvalidRequest(Reason.PARAMETER_MALFORMED, f"{name}_type")
    return PresentedToken(value=value, token_type=token_type)


def _targets(values: Values, name: str) -> tuple[str, ...]:
    targets = tuple(values.get(name, ()))
    if len(targets) > vocabulary.MAX_TARGETS:
        raise InvalidTarget(Reason.TOO_MANY_TARGETS)
    if len(set(targets)) != len(targets):
        raise InvalidTarget(Reason.TARGET_REPEATED)
    well_formed = is_resource if name == "resource" else str.strip
    if not all(well_formed(target) for target in targets):
        raise InvalidTarget(Reason.TARGET_MALFORMED)
    return targets


def is_resource(uri: str) -> bool:
    """Whether this is an absolute URI with a host and no fragment, as RFC 8693 §2.1 and RFC 8707 §2 ask."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return False
    return bool(
        _URI_SCHEME.match(uri)
        and parts.hostname
        and _TOKEN.fullmatch(uri)
        and "#" not in uri
        and "@" not in parts.netloc
    )


def _scopes(values: Values) -> frozenset[str] | None:
    scopes = frozenset((_single(values, "scope") or "").split())
    if not all(_SCOPE.fullmatch(scope) for scope in scopes):
        raise InvalidScope(Reason.PARAMETER_MALFORMED)
    return scopes or None
