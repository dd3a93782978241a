"""Load the keys that sign the JWTs of this server, and publish their public halves."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.core.exceptions import ImproperlyConfigured
from oauth2_provider.settings import oauth2_settings

from token_exchange.conf import token_exchange_settings
from token_exchange.conf.setting import Hidden
from token_exchange.jose.jwk import Jwk, read_jwk
from token_exchange.jose.keys import KeySet
from token_exchange.jose.refusal import Refused
from token_exchange.jose.signing import SigningKey, read_private_key

_OF_ID_TOKENS: Final = frozenset({"RS256"})


def signing_keys() -> tuple[SigningKey, ...]:
    """Return the keys for access tokens, of which the first signs; () if the site has none.

    They are those of `TOKEN_EXCHANGE["SIGNING_KEYS"]`, or else the toolkit's keys for ID tokens. Raise
    `ImproperlyConfigured` if one cannot be read.
    """
    configured = token_exchange_settings.signing_keys
    return _configured(configured) if configured else _toolkit_keys()


def published_keys() -> list[Jwk]:
    """Return the public keys for access tokens as JWKs."""
    return [key.public_jwk for key in signing_keys()]


def id_token_keys() -> tuple[SigningKey, ...]:
    """Return the toolkit's keys for ID tokens, of which the first signs; () if OpenID Connect is off."""
    return _toolkit_keys() if oauth2_settings.OIDC_ENABLED else ()


def local_keys() -> KeySet:
    """Return the public keys of the ID tokens of this server, the current one first; none if OpenID Connect is off."""
    return _public(id_token_keys())


def fixed_issuer() -> str:
    """Return the issuer identifier in OIDC_ISS_ENDPOINT; "" if it depends on the host of each request."""
    return str(oauth2_settings.OIDC_ISS_ENDPOINT or "")


def _toolkit_keys() -> tuple[SigningKey, ...]:
    pems = (oauth2_settings.OIDC_RSA_PRIVATE_KEY, *oauth2_settings.OIDC_RSA_PRIVATE_KEYS_INACTIVE)
    return _usable(tuple(Hidden(pem) for pem in pems if pem))


@lru_cache(maxsize=4)
def _usable(pems: tuple[Hidden, ...]) -> tuple[SigningKey, ...]:
    """Return the keys that may sign; the toolkit also accepts keys that are too short for this app."""
    keys = []
    for pem in pems:
        with suppress(Refused):
            keys.append(read_private_key(pem))
    return tuple(keys)


@lru_cache(maxsize=4)
def _configured(sources: tuple[Hidden, ...]) -> tuple[SigningKey, ...]:
    return tuple(_read(source, position) for position, source in enumerate(sources, start=1))


def _read(source: Hidden, position: int) -> SigningKey:
    try:
        return read_private_key(source if "-----BEGIN" in source else Path(source).read_text())
    except Refused as refused:
        problem = refused.flaw.value
    except (OSError, ValueError) as error:
        problem = type(error).__name__
    # Neither the entry nor the message of the error is shown: both may hold the key.
    raise ImproperlyConfigured(
        f'TOKEN_EXCHANGE["SIGNING_KEYS"]: entry {position} is not a private key that can sign ({problem}).'
    )


@lru_cache(maxsize=4)
def _public(keys: tuple[SigningKey, ...]) -> KeySet:
    return KeySet(keys=tuple(read_jwk(key.public_jwk, _OF_ID_TOKENS) for key in keys))
