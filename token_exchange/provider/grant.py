"""The grant: one token exchange request within oauthlib, from client authentication to answer."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final
from uuid import uuid4

from django.db import transaction
from django.views.decorators.debug import sensitive_variables
from oauthlib.oauth2.rfc6749.errors import UnsupportedGrantTypeError
from oauthlib.oauth2.rfc6749.grant_types.base import GrantTypeBase

from token_exchange.conf import token_exchange_settings
from token_exchange.provider import client_authentication, failures, throttle, wiring
from token_exchange.provider.errors import Answer, refusal, success, too_many_requests
from token_exchange.provider.throttle import Caller, TooManyFailures
from token_exchange.sts.audit import Circumstances, ExchangeEvent
from token_exchange.sts.errors import InvalidClient, InvalidRequest, TokenExchangeError
from token_exchange.sts.issuance import Overtaken, TokenExchangeResponse
from token_exchange.sts.parties import Client
from token_exchange.sts.reasons import Reason
from token_exchange.sts.vocabulary import GRANT_TYPE, MAX_TOKEN_BYTES, TOKEN_PARAMETERS
from token_exchange.tokens import preload as openings
from token_exchange.tokens.audit import DatabaseAuditTrail
from token_exchange.toolkit.caller_address import address_of
from token_exchange.toolkit.compat import scopes_known_for, token_database

ATTEMPTS: Final = 3


class TokenExchangeGrant(GrantTypeBase):
    """RFC 8693 as an oauthlib grant; one instance serves all threads and keeps nothing of a request (P5)."""

    @sensitive_variables()
    def create_token_response(self, request: Any, token_handler: Any) -> Answer:
        """Return headers, body and status; whatever happens, the answer is OAuth's JSON (P13)."""
        if not token_exchange_settings.enabled or request.grant_type != GRANT_TYPE:
            error = UnsupportedGrantTypeError(request=request)
            return self._get_default_headers(), error.json, error.status_code
        circumstances = circumstances_of(request.headers)
        try:
            with failures.told(circumstances):
                content = self._exchange(request, token_handler, circumstances)
        except TokenExchangeError as error:
            return refusal(error, circumstances.request_id)
        except TooManyFailures as error:
            return too_many_requests(circumstances.request_id, error.seconds)
        return success(content, circumstances.request_id)

    @sensitive_variables()
    def _exchange(self, request: Any, token_handler: Any, circumstances: Circumstances) -> TokenExchangeResponse:
        using = token_database()
        application, opening = self._authenticate(request, circumstances, using)
        circumstances = wiring.known_as(application.client_id, circumstances)
        with failures.told(circumstances):
            return self._traded(request, token_handler, application, opening, circumstances)

    @sensitive_variables()
    def _traded(
        self,
        request: Any,
        token_handler: Any,
        application: Any,
        opening: openings.Preload,
        circumstances: Circumstances,
    ) -> TokenExchangeResponse:
        """Trade for a client that has proved who it is; begin anew where another request came first."""
        using = token_database()
        for _attempt in range(ATTEMPTS):
            if opening.application is None or opening.application.client_id != application.client_id:
                opening = self._open(request, application.client_id, using)
            service = wiring.compose(request, token_handler, opening, using)
            try:
                return service.exchange(
                    request.form,
                    client=Client(client_id=application.client_id),
                    client_scopes=scopes_known_for(application, request),
                    circumstances=circumstances,
                )
            except Overtaken:
                opening = openings.Preload()
        raise Overtaken

    @sensitive_variables()
    def _authenticate(self, request: Any, circumstances: Circumstances, using: str) -> tuple[Any, openings.Preload]:
        """Return the application that calls, and the opening that was read for it."""
        try:
            with told_of_failures(throttle.caller_of(request.headers)):
                require_secure(request)
                header = request.headers.get("Authorization", "")
                credentials = client_authentication.presented(request.form, header)
            opening = self._open(request, credentials.client_id, using)
            return client_authentication.authenticate(request, self.request_validator, credentials), opening
        except TokenExchangeError as error:
            record_refusal(error, circumstances, using)
            raise
        except TooManyFailures as error:
            if error.is_first:
                record_refusal(InvalidClient(Reason.TOO_MANY_FAILURES), circumstances, using)
            raise

    @sensitive_variables()
    def _open(self, request: Any, client_id: str, using: str) -> openings.Preload:
        """Read the client and the presented tokens; spare the validator its own look-up of the client."""
        if not client_id:
            return openings.Preload()
        presented = request.form.values_of(TOKEN_PARAMETERS)
        tokens = [value for value in presented if len(value) <= MAX_TOKEN_BYTES][:2]
        opening = openings.read(client_id, tokens, using)
        if opening.application is not None and opening.application.is_usable(request):
            request.client = opening.application
        return opening


@contextmanager
def told_of_failures(caller: Caller) -> Iterator[None]:
    """Count a refusal inside the block for its caller; raise `TooManyFailures` in its place over the limit."""
    try:
        yield
    except TokenExchangeError:
        throttle.failed(caller)
        raise


def circumstances_of(meta: Mapping[str, Any]) -> Circumstances:
    """Return where a request came from, under a new id, by its headers as Django's `META` holds them."""
    return Circumstances(request_id=uuid4().hex, client_id="", address=address_of(meta), now=time.time())


def require_secure(request: Any) -> None:
    """Raise `InvalidRequest` over plain HTTP, unless the site switched that off (RFC 8693 §6)."""
    if token_exchange_settings.require_https and "X_DJANGO_OAUTH_TOOLKIT_SECURE" not in request.headers:
        raise InvalidRequest(Reason.TRANSPORT_NOT_SECURE)


def record_refusal(error: TokenExchangeError, circumstances: Circumstances, using: str) -> None:
    """Record a refusal that fell before the service was asked."""
    with transaction.atomic(using=using):
        DatabaseAuditTrail(using).record(ExchangeEvent(circumstances=circumstances, error=error))
