"""Whatever is declared an ID token: one of this server, or of an issuer whose row takes the type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from token_exchange.jose import compact
from token_exchange.jose.refusal import Refused
from token_exchange.sts.configuration import Configuration
from token_exchange.sts.request import PresentedToken
from token_exchange.sts.verification import TokenVerifier, VerifiedToken
from token_exchange.tokens.preload import Preload
from token_exchange.toolkit.signing_keys import local_keys
from token_exchange.trusted_issuers.external_token import ExternalTokenVerifier
from token_exchange.verifiers.id_token import LocalIdTokenVerifier


class AnyIdTokenVerifier:
    """Sends a token to who can tell most about it; either verifier proves the whole of it."""

    def __init__(self, opening: Preload, configuration: Configuration) -> None:
        self._own = LocalIdTokenVerifier(opening, configuration)
        self._outside = ExternalTokenVerifier(opening, configuration)

    def verify(self, token: PresentedToken, now: float) -> VerifiedToken:
        """Return what the token proves; raise `InvalidRequest` if it proves nothing."""
        verifier: TokenVerifier = self._own if _names_own_key(token) else self._outside
        return verifier.verify(token, now)


def _names_own_key(token: PresentedToken) -> bool:
    """Whether the token claims a key of this server, which is a thumbprint and so nobody else's name for a key."""
    try:
        kid = compact.read(token.value).header.kid
    except Refused:
        return False
    return kid is not None and any(kid == key.kid for key in local_keys().keys)


if TYPE_CHECKING:
    _: type[TokenVerifier] = AnyIdTokenVerifier
