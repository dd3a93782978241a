"""Turn the form of a request into one frozen value; a wrong parameter is refused, never treated as absent."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from token_exchange.sts import vocabulary
from token_exchange.sts.errors import InvalidRequest, InvalidScope, InvalidTarget
from token_exchange.sts.form import Form
from token_exchange.sts.reasons import Reason
from token_exchange.sts.request import PresentedToken, TokenExchangeRequest

# RFC 6749 Appendix A: a token is VSCHAR without space, a scope token is NQCHAR; all of it is ASCII.
_TOKEN: Final = re.compile(r"[\x21-\x7e]+")
_PRINTABLE: Final = re.compile(r"[\x20-\x7e]*")
_SCOPE_PARAMETER: Final = re.compile(r"[\x20-\x7e\t]*")
_SCOPE: Final = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")
_URI_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")

SHORTEST_SECRET: Final = 16
"""Shorter values are not treated as secrets: they could match ordinary text in another parameter."""

NAMING_PARAMETERS: Final = vocabulary.PARAMETERS.difference(vocabulary.TOKEN_PARAMETERS)
"""Parameters that hold no token: their values reach records and logs."""


def parse(form: Form) -> TokenExchangeRequest:
    """Return the request that a form holds; raise `InvalidRequest`, `InvalidScope` or `InvalidTarget`.

    An empty value counts as an absent parameter (RFC 6749 §3.2), an unknown name is ignored.
    """
    _check_parameters(form)
    for name in sorted(vocabulary.UNSUPPORTED & form.values.keys()):
        raise InvalidRequest(Reason.PARAMETER_UNSUPPORTED, name)
    _keep_tokens_apart(form)
    return TokenExchangeRequest(
        subject_token=_presented(form, "subject_token"),
        actor_token=_actor_token(form),
        audiences=_targets(form, "audience"),
        resources=_targets(form, "resource"),
        scopes=_scopes(form),
        requested_token_type=form.first("requested_token_type"),
        reason=(form.first("reason") or "").strip(),
        reference=(form.first("reference") or "").strip(),
    )


def _check_parameters(form: Form) -> None:
    """Check one parameter after the other: how many there are, whether it may repeat, and its text."""
    for position, (name, value) in enumerate(form.pairs):
        if position == vocabulary.MAX_FIELDS:
            raise InvalidRequest(Reason.BODY_TOO_LARGE)
        if name not in vocabulary.PARAMETERS:
            continue
        # A repetition is refused even if one of the values is empty: two readers could take different ones.
        if form.repeated.get(name) == position and name not in vocabulary.REPEATABLE:
            raise InvalidRequest(Reason.PARAMETER_REPEATED, name)
        if value:
            _check_text(name, value)


def _check_text(name: str, value: str) -> None:
    is_token = name in vocabulary.TOKEN_PARAMETERS
    limit = vocabulary.MAX_TOKEN_BYTES if is_token else vocabulary.MAX_PARAMETER_BYTES
    if len(value) > limit:
        raise InvalidRequest(Reason.PARAMETER_TOO_LARGE, name)
    pattern = _TOKEN if is_token else _SCOPE_PARAMETER if name == "scope" else _PRINTABLE
    if not pattern.fullmatch(value):
        raise InvalidRequest(Reason.PARAMETER_MALFORMED, name)


def _keep_tokens_apart(form: Form) -> None:
    """Refuse a token in any other parameter: values of those reach records and logs, which must hold no token."""
    secrets = [token for token in form.values_of(vocabulary.TOKEN_PARAMETERS) if len(token) >= SHORTEST_SECRET]
    for name, texts in form.values.items():
        if name in NAMING_PARAMETERS and any(token in text for token in secrets for text in texts):
            raise InvalidRequest(Reason.PARAMETER_MALFORMED, name)


def _actor_token(form: Form) -> PresentedToken | None:
    if "actor_token" in form.values:
        return _presented(form, "actor_token")
    if "actor_token_type" in form.values:  # RFC 8693 §2.1: the type MUST NOT come without its token
        raise InvalidRequest(Reason.PARAMETER_WITHOUT_ITS_TOKEN, "actor_token")
    return None


def _presented(form: Form, name: str) -> PresentedToken:
    value, token_type = form.first(name), form.first(f"{name}_type")
    if value is None:
        raise InvalidRequest(Reason.PARAMETER_MISSING, name)
    if token_type is None:
        raise InvalidRequest(Reason.PARAMETER_MISSING, f"{name}_type")
    if not _URI_SCHEME.match(token_type):  # RFC 8693 §3: token type identifiers are URIs
        raise InvalidRequest(Reason.PARAMETER_MALFORMED, f"{name}_type")
    return PresentedToken(value=value, token_type=token_type)


def _targets(form: Form, name: str) -> tuple[str, ...]:
    targets = tuple(form.values.get(name, ()))
    if len(targets) > vocabulary.MAX_TARGETS:
        raise InvalidTarget(Reason.TOO_MANY_TARGETS)
    if len(set(targets)) != len(targets):
        raise InvalidTarget(Reason.TARGET_REPEATED)
    well_formed = is_resource if name == "resource" else str.strip
    if not all(well_formed(target) for target in targets):
        raise InvalidTarget(Reason.TARGET_MALFORMED)
    return targets


def is_resource(uri: str) -> bool:
    """Return True for an absolute URI with a host and without fragment (RFC 8693 §2.1, RFC 8707 §2)."""
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


def _scopes(form: Form) -> frozenset[str] | None:
    scopes = frozenset((form.first("scope") or "").split())
    if not all(_SCOPE.fullmatch(scope) for scope in scopes):
        raise InvalidScope(Reason.PARAMETER_MALFORMED)
    return scopes or None
