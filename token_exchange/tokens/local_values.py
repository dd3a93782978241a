"""Values that this server itself has handed out: they are never shown to another server."""

from __future__ import annotations

from django.views.decorators.debug import sensitive_variables

from token_exchange.models import ExchangedToken
from token_exchange.tokens import parent_kinds
from token_exchange.tokens.preload import fingerprint_of
from token_exchange.toolkit.compat import access_token_model, grant_model, refresh_token_model, token_database


@sensitive_variables()
def is_local(value: str) -> bool:
    """Return True if this server issued the value as a token, a ticket or a code, live or ended.

    Personal access tokens and tickets are told by their prefix: a renewed one has left the database.
    """
    if value.startswith(tuple(kind.prefix for kind in parent_kinds.registered() if kind.prefix)):
        return True
    using, fingerprint = token_database(), fingerprint_of(value)
    return (
        ExchangedToken.objects.using(using).filter(fingerprint=fingerprint).exists()
        or access_token_model()._default_manager.using(using).filter(token_checksum=fingerprint).exists()
        or refresh_token_model()._default_manager.using(using).filter(token_checksum=fingerprint).exists()
        or grant_model()._default_manager.using(using).filter(code=value).exists()
    )
