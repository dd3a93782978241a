"""Add the token exchange grant to oauthlib's servers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oauthlib.common import Request
from oauthlib.oauth2 import Server
from oauthlib.oauth2.rfc6749.tokens import get_token_from_header
from oauthlib.oauth2.rfc6749.utils import scope_to_list
from oauthlib.openid import Server as OIDCServer
from oauthlib.openid.connect.core.tokens import JWTToken

from token_exchange.jose import compact
from token_exchange.jose.refusal import Refused
from token_exchange.provider.issuers.jwt_access_token import TYPE
from token_exchange.provider.token_requests.grant import TokenExchangeGrant
from token_exchange.sts.form import Form
from token_exchange.sts.vocabulary import GRANT_TYPE, PARAMETERS

# mypy checks the mixin against oauthlib's server; at runtime a site mixes it into its own.
if TYPE_CHECKING:
    from oauthlib.oauth2 import Server as _Server
else:
    _Server = object


class TokenExchangeServerMixin(_Server):
    """Adds the token exchange grant to an oauthlib server, and leaves the other grants as they are."""

    grant_types: dict[str, Any]

    def __init__(self, request_validator: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(request_validator, *args, **kwargs)
        self.grant_types[GRANT_TYPE] = TokenExchangeGrant(request_validator)

    def create_token_response(
        self, uri: str, http_method: str = "POST", body: Any = None, headers: Any = None, *args: Any, **kwargs: Any
    ) -> Any:
        """Answer a token request. For an exchange, `body` is the `Form` that our backend has read."""
        if not isinstance(body, Form):
            return super().create_token_response(uri, http_method, body, headers, *args, **kwargs)
        request = Request(uri, http_method, headers=headers)
        request.form, request.decoded_body = body, list(body.pairs)
        # A Request makes an attribute of every parameter. Only those of the grammar may become one: the toolkit would
        # read others, such as `encoding` and `client`, as facts of its own.
        request._params.update(pair for pair in body.pairs if pair[0] in PARAMETERS)
        request.scopes = scope_to_list(request.scope)
        return self.grant_types[GRANT_TYPE].create_token_response(request, self.default_token_type)


class TokenExchangeServer(TokenExchangeServerMixin, Server):
    """Adds the mixin to oauthlib's OAuth 2.0 server, for the setting OAUTH2_SERVER_CLASS."""


class OIDCTokenExchangeServer(TokenExchangeServerMixin, OIDCServer):
    """Adds the mixin to oauthlib's OpenID Connect server, for the setting OIDC_SERVER_CLASS."""

    def __init__(self, request_validator: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(request_validator, *args, **kwargs)
        self.tokens["JWT"] = IdTokenAsBearer(request_validator)


class IdTokenAsBearer(JWTToken):
    """Accepts ID tokens as bearer tokens, as oauthlib does, and leaves JWT access tokens to the bearer token handler.

    oauthlib takes every bearer token that looks like a JWT for an ID token, and so refuses JWT access tokens.
    """

    def estimate_type(self, request: Any) -> int:
        """Return oauthlib's estimate for a JWT, and 0 for an access token, which its header names, or for other text.

        The toolkit raises an exception for text that only looks like a JWT.
        """
        try:
            header = compact.read(get_token_from_header(request) or "").header
        except Refused:
            return 0
        return 0 if header.typ == TYPE else int(super().estimate_type(request))


def speaks_openid_connect(server: type[Any]) -> bool:
    """True if this server class speaks OpenID Connect, and so issues ID tokens."""
    return issubclass(server, OIDCServer)
