"""Recognize values that this server issued as a token, a ticket or a code, whether or not they are still valid."""

from __future__ import annotations

from django.views.decorators.debug import sensitive_variables

from token_exchange.models import ExchangedToken
from token_exchange.tokens import parent_kinds
from token_exchange.toolkit.compat import (
    access_token_model,
    fingerprint_of,
    grant_model,
    refresh_token_model,
    token_database,
)


@sensitive_variables()
def is_local(value: str) -> bool:
    """Return True if this server issued the value, so that it must not be shown to another server.

    A personal access token or a ticket is recognized by its prefix, because a renewed one has left no row.
    """
    if value.startswith(tuple(kind.prefix for kind in parent_kinds.registered() if kind.prefix)):
        return True
    using, fingerprint = token_database(), fingerprint_of(value)
    return (
        ExchangedToken.objects.using(using).filter(fingerprint=fingerprint).exists()
        or _is_token(fingerprint, using)
        or grant_model()._default_manager.using(using).filter(code=value).exists()
    )


@sensitive_variables()
def is_token(value: str, using: str) -> bool:
    """Return True if an access token or a refresh token with this value has a row, valid or not.

    This takes at most two statements.
    """
    return _is_token(fingerprint_of(value), using)


def _is_token(fingerprint: str, using: str) -> bool:
    models = (access_token_model(), refresh_token_model())
    return any(model._default_manager.using(using).filter(token_checksum=fingerprint).exists() for model in models)
