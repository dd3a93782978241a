"""oauthlib's server with one grant."""

from __future__ import annotations

from typing import Any

from token_exchange.provider.server import TokenExchangeServer
from token_exchange.sts.vocabulary import GRANT_TYPE


class ExchangeOnlyServer(TokenExchangeServer):
    """Trades tokens; every other grant is unsupported, client credentials and passwords among them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._grant_types = {GRANT_TYPE: self.grant_types[GRANT_TYPE]}
        self._default_grant_type = GRANT_TYPE
        self._response_types: dict[str, Any] = {}
