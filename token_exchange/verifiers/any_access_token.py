"""Whatever is declared an access token: one of this server, or of an issuer whose row takes the type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from token_exchange.sts.configuration import Configuration
from token_exchange.sts.request import PresentedToken
from token_exchange.sts.verification import TokenVerifier, VerifiedToken
from token_exchange.sts.vocabulary import ACCESS_TOKEN
from token_exchange.tokens.preload import Preload, fingerprint_of
from token_exchange.trusted_issuers.external_token import ExternalTokenVerifier
from token_exchange.trusted_issuers.introspected_token import IntrospectedTokenVerifier
from token_exchange.verifiers.access_token import AccessTokenVerifier


class AnyAccessTokenVerifier:
    """Looks here first; only what has no row here, and only if a row takes it, is looked at as an outside token."""

    def __init__(self, opening: Preload, configuration: Configuration) -> None:
        self._opening = opening
        self._own = AccessTokenVerifier(opening, configuration)
        self._outside = ExternalTokenVerifier(opening, configuration)
        self._legacy = IntrospectedTokenVerifier(opening, configuration)
        self._trusts_any = any(ACCESS_TOKEN in trust.token_types for trust in configuration.issuers.values())

    def verify(self, token: PresentedToken, now: float) -> VerifiedToken:
        """Return what the token proves; raise `InvalidRequest` if it proves nothing."""
        if not self._trusts_any or fingerprint_of(token.value) in self._opening.tokens:
            return self._own.verify(token, now)
        if token.value.count(".") == 2:
            return self._outside.verify(token, now)
        verifier = self._legacy if self._legacy.issuers_for(token.token_type) else self._own
        return verifier.verify(token, now)


if TYPE_CHECKING:
    _: type[TokenVerifier] = AnyAccessTokenVerifier
