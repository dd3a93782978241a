"""Provide an oauthlib server with one grant only."""

from __future__ import annotations

from typing import Any

from token_exchange.provider.server import TokenExchangeServer
from token_exchange.sts.vocabulary import GRANT_TYPE


class ExchangeOnlyServer(TokenExchangeServer):
    """Support the token exchange grant only; client credentials and passwords are unsupported grants too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._grant_types = {GRANT_TYPE: self.grant_types[GRANT_TYPE]}
        self._default_grant_type = GRANT_TYPE
        self._response_types: dict[str, Any] = {}
