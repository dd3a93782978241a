"""Read the public keys with which other servers verify the ID tokens of this server."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Final

from oauth2_provider.settings import oauth2_settings
from oauth2_provider.utils import jwk_from_pem

from token_exchange.jose.keys import KeySet, read_jwk_set

_ALGORITHMS: Final = frozenset({"RS256"})


def local_keys() -> KeySet:
    """Return the public keys, the current one first; no keys if OpenID Connect is off."""
    if not (oauth2_settings.OIDC_ENABLED and oauth2_settings.OIDC_RSA_PRIVATE_KEY):
        return KeySet(keys=())
    return _public((oauth2_settings.OIDC_RSA_PRIVATE_KEY, *oauth2_settings.OIDC_RSA_PRIVATE_KEYS_INACTIVE))


def fixed_issuer() -> str:
    """Return the issuer identifier in OIDC_ISS_ENDPOINT; "" if it depends on the host of each request."""
    return str(oauth2_settings.OIDC_ISS_ENDPOINT or "")


@lru_cache(maxsize=4)
def _public(pems: tuple[str, ...]) -> KeySet:
    keys = [(key.thumbprint(), json.loads(key.export_public())) for key in map(jwk_from_pem, pems)]
    document = {"keys": [{**key, "kid": kid, "alg": "RS256", "use": "sig"} for kid, key in keys]}
    return read_jwk_set(json.dumps(document).encode(), _ALGORITHMS)
