"""Exchange tokens as a site would do it today: a grant of seventy lines on the toolkit, without policy or record.

It does what such code does: authenticate the client, look the subject token up, intersect scopes, know a few
audiences, and let the toolkit save the token. Nobody is recorded as acting, nothing is revoked together.
"""

from __future__ import annotations

import hashlib
import json

from oauth2_provider.models import get_access_token_model
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauthlib.oauth2 import Server
from oauthlib.oauth2.rfc6749 import errors, utils
from oauthlib.oauth2.rfc6749.grant_types.base import GrantTypeBase

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"
AUDIENCES = {"back-api": "https://back-api.example/"}


class ExchangeGrant(GrantTypeBase):
    """A short grant for token exchange, without policy and record."""

    def create_token_response(self, request, token_handler):
        headers = self._get_default_headers()
        try:
            self.validate_token_request(request)
        except errors.OAuth2Error as error:
            headers.update(error.headers)
            return headers, error.json, error.status_code
        token = token_handler.create_token(request, refresh_token=False)
        token["issued_token_type"] = ACCESS_TOKEN
        self.request_validator.save_token(token, request)
        return headers, json.dumps(token), 200

    def validate_token_request(self, request):
        if not self.request_validator.authenticate_client(request):
            raise errors.InvalidClientError(request=request)
        request.client_id = request.client.client_id
        self.validate_grant_type(request)
        if request.subject_token_type != ACCESS_TOKEN:
            raise errors.InvalidRequestError("Unsupported subject_token_type.", request=request)
        if request.audience not in AUDIENCES:
            raise errors.CustomOAuth2Error("invalid_target", request=request)
        subject = self.subject_token(request)
        request.user = subject.user
        request.resource = [AUDIENCES[request.audience]]
        request.scopes = utils.scope_to_list(request.scope) or subject.scope.split()
        if not subject.allow_scopes(request.scopes):
            raise errors.InvalidScopeError(request=request)
        self.validate_scopes(request)

    def subject_token(self, request):
        checksum = hashlib.sha256(request.subject_token.encode()).hexdigest()
        tokens = get_access_token_model().objects.select_related("user", "application")
        token = tokens.filter(token_checksum=checksum).first()
        if token is None or token.is_expired() or not (token.user and token.user.is_active):
            raise errors.InvalidRequestError("The subject token is not valid.", request=request)
        return token


class ExchangeServer(Server):
    """The toolkit's server with that grant."""

    def __init__(self, request_validator, *args, **kwargs):
        super().__init__(request_validator, *args, **kwargs)
        self.grant_types[GRANT_TYPE] = ExchangeGrant(request_validator)


class ExchangeValidator(OAuth2Validator):
    """The toolkit's validator, which lets that grant pass."""

    def validate_grant_type(self, client_id, grant_type, client, request, *args, **kwargs):
        return grant_type == GRANT_TYPE or super().validate_grant_type(
            client_id, grant_type, client, request, *args, **kwargs
        )
