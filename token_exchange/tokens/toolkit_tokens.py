"""Whether a value is a token of this server at all, whatever has become of it."""

from __future__ import annotations

from token_exchange.tokens.preload import fingerprint_of
from token_exchange.toolkit.compat import access_token_model, refresh_token_model


def is_known(value: str, using: str) -> bool:
    """True if an access token or a refresh token of this server has this value, live or not; two statements at most."""
    checksum = fingerprint_of(value)
    models = (access_token_model(), refresh_token_model())
    return any(model._default_manager.using(using).filter(token_checksum=checksum).exists() for model in models)
