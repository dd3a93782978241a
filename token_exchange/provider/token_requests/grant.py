"""Serve RFC 8693 as an oauthlib grant, from client authentication to the answer of one request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.views.decorators.debug import sensitive_variables
from oauthlib.oauth2.rfc6749.errors import UnsupportedGrantTypeError
from oauthlib.oauth2.rfc6749.grant_types.base import GrantTypeBase

from token_exchange.conf import token_exchange_settings
from token_exchange.provider.client_authentication import throttle
from token_exchange.provider.client_authentication.credentials import authenticate, presented
from token_exchange.provider.client_authentication.throttle import Caller, TooManyFailures
from token_exchange.provider.token_requests import composition, failures
from token_exchange.provider.token_requests.answers import Answer, refusal, success, too_many_requests
from token_exchange.provider.token_requests.circumstances import circumstances_of, with_client
from token_exchange.sts.audit import Circumstances
from token_exchange.sts.errors import InvalidClient, InvalidRequest, TokenExchangeError
from token_exchange.sts.issuance import Overtaken, TokenExchangeResponse
from token_exchange.sts.parties import Client
from token_exchange.sts.reasons import Reason
from token_exchange.sts.vocabulary import GRANT_TYPE, MAX_TOKEN_BYTES, TOKEN_PARAMETERS
from token_exchange.tokens import preload as preloads
from token_exchange.tokens.preload import Preload
from token_exchange.toolkit.compat import scopes_known_for, token_database

ATTEMPTS: Final = 3
"""Times that a request is decided, if other requests change a parent token or the rules in between."""


class TokenExchangeGrant(GrantTypeBase):
    """Exchanges tokens (RFC 8693). One instance serves all threads, so it stores nothing about a request."""

    @sensitive_variables()
    def create_token_response(self, request: Any, token_handler: Any) -> Answer:
        """Return headers, body and status. Refusals and failures are JSON too (RFC 6749 §5.2)."""
        if not token_exchange_settings.enabled or request.grant_type != GRANT_TYPE:
            error = UnsupportedGrantTypeError(request=request)
            return self._get_default_headers(), error.json, error.status_code
        circumstances = circumstances_of(request.headers)
        try:
            with failures.recorded(circumstances):
                content = self._exchange(request, token_handler, circumstances)
        except TokenExchangeError as error:
            return refusal(error, circumstances.request_id)
        except TooManyFailures as error:
            return too_many_requests(circumstances.request_id, error.seconds)
        return success(content, circumstances.request_id)

    @sensitive_variables()
    def _exchange(self, request: Any, token_handler: Any, circumstances: Circumstances) -> TokenExchangeResponse:
        application, preload = self._authenticate(request, circumstances, token_database())
        circumstances = with_client(circumstances, application.client_id)
        with failures.recorded(circumstances):
            return self._exchange_for(application, preload, request, token_handler, circumstances)

    @sensitive_variables()
    def _exchange_for(
        self, application: Any, preload: Preload, request: Any, token_handler: Any, circumstances: Circumstances
    ) -> TokenExchangeResponse:
        """Exchange for an authenticated client; decide again if another request has changed what was read."""
        using = token_database()
        for _attempt in range(ATTEMPTS):
            if preload.application is None or preload.application.client_id != application.client_id:
                preload = self._preload(request, application.client_id, using)
            service = composition.compose(request, token_handler, preload, using)
            try:
                return service.exchange(
                    request.form,
                    client=Client(client_id=application.client_id),
                    client_scopes=scopes_known_for(application, request),
                    circumstances=circumstances,
                )
            except Overtaken:
                preload = Preload()
        raise Overtaken

    @sensitive_variables()
    def _authenticate(self, request: Any, circumstances: Circumstances, using: str) -> tuple[Any, Preload]:
        """Return the calling application, and the rows that were read for it; record a refusal."""
        try:
            with counted_refusal(throttle.caller_of(request.headers)):
                require_secure(request)
                credentials = presented(request.form, request.headers.get("Authorization", ""))
            preload = self._preload(request, credentials.client_id, using)
            return authenticate(request, self.request_validator, credentials), preload
        except TokenExchangeError as error:
            failures.record_refusal(error, circumstances, using)
            raise
        except TooManyFailures as error:
            if error.is_first:
                failures.record_refusal(InvalidClient(Reason.TOO_MANY_FAILURES), circumstances, using)
            raise

    @sensitive_variables()
    def _preload(self, request: Any, client_id: str, using: str) -> Preload:
        """Read the client and the presented tokens at once, and save the validator its own query for the client."""
        if not client_id:
            return Preload()
        values = request.form.values_of(TOKEN_PARAMETERS)
        preload = preloads.read(client_id, [value for value in values if len(value) <= MAX_TOKEN_BYTES][:2], using)
        if preload.application is not None and preload.application.is_usable(request):
            request.client = preload.application
        return preload


@contextmanager
def counted_refusal(caller: Caller) -> Iterator[None]:
    """Count a refusal inside the block for its caller; raise `TooManyFailures` instead if it is one too many."""
    try:
        yield
    except TokenExchangeError:
        throttle.count_failure(caller)
        raise


def require_secure(request: Any) -> None:
    """Raise `InvalidRequest` over plain HTTP, unless the site allows that (RFC 8693 §6)."""
    if token_exchange_settings.require_https and "X_DJANGO_OAUTH_TOOLKIT_SECURE" not in request.headers:
        raise InvalidRequest(Reason.TRANSPORT_NOT_SECURE)
