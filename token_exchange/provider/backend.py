"""The toolkit's backend, letting a token exchange through whole: every repetition kept, nothing shown in reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import HttpRequest
from django.views.decorators.debug import sensitive_variables
from oauth2_provider.oauth2_backends import OAuthLibCore
from oauthlib.oauth2 import OAuth2Error

from token_exchange.conf import token_exchange_settings
from token_exchange.provider import consent, direct_login, secret_comparison, sessions, throttle, toolkit_introspection
from token_exchange.provider.error_reports import hidden_if_it_fails, hide, told_by_kind
from token_exchange.provider.errors import failure, refusal, too_many_requests
from token_exchange.provider.failures import log_failure
from token_exchange.provider.grant import circumstances_of, record_refusal
from token_exchange.provider.throttle import TooManyFailures
from token_exchange.sts.errors import InvalidRequest
from token_exchange.sts.form import Form
from token_exchange.sts.reasons import Reason
from token_exchange.sts.vocabulary import FORM, FORMS, GRANT_TYPE, MAX_BODY_BYTES
from token_exchange.toolkit.compat import token_database

NOT_PARAMETERS: Final = frozenset(
    [
        "client",
        "encoding",
        "expires_in",
        "extra_credentials",
        "oauth2_error",
        "refresh_token_instance",
        "request_token",
        "resource_owner",
        "scopes",
        "user",
        "using_default_redirect_uri",
        "validator_log",
    ]
)
"""Attributes of a request that no specification knows as a parameter, and that a body must not set."""

Response = tuple[str | None, dict[str, str], str, int]
"""Where to, headers, body, status."""


def is_exchange(request: HttpRequest) -> bool:
    """Whether any of the request's grant types is ours: a repeated or misplaced one must not slip past (D-2)."""
    asked = GRANT_TYPE in request.POST.getlist("grant_type") or GRANT_TYPE in request.GET.getlist("grant_type")
    return asked and token_exchange_settings.enabled


# A mixin for any backend of the toolkit's kind; the checker sees that kind, a site mixes in its own.
if TYPE_CHECKING:
    from oauth2_provider.oauth2_backends import OAuthLibCore as _Backend
else:
    _Backend = object


class TokenExchangeBackendMixin(_Backend):
    """Treats a token exchange its own way and hands every other request to the backend it is mixed into."""

    @sensitive_variables()
    def create_token_response(self, request: HttpRequest) -> Response:
        """Answer an exchange in JSON whatever is wrong with it; oauthlib answers some errors in HTML."""
        hide(request)  # the toolkit hides only password and client_secret from error reports
        if not is_exchange(request):
            response: Response = told_by_kind(super().create_token_response, request)
            return response
        if request.META.get("QUERY_STRING"):
            return refused(request, InvalidRequest(Reason.QUERY_NOT_ALLOWED))
        if not _is_form(request):
            return refused(request, InvalidRequest(Reason.BODY_MALFORMED, "content_type"))
        if request.FILES:
            return refused(request, InvalidRequest(Reason.BODY_MALFORMED, "file"))
        if _size_of(request) > MAX_BODY_BYTES:
            return refused(request, InvalidRequest(Reason.BODY_TOO_LARGE))
        return self._asked(request)

    @sensitive_variables()
    def _asked(self, request: HttpRequest) -> Response:
        try:
            uri, headers = self._get_escaped_full_path(request), self.extract_headers(request)
            # Not `extract_body`: it drops all but the last value of a repeated parameter.
            headers, body, status = self.server.create_token_response(uri, request.method, _form_of(request), headers)
        except (OAuth2Error, ValueError):  # what oauthlib itself cannot read
            return refused(request, InvalidRequest(Reason.BODY_MALFORMED))
        return None, headers, body, status

    def validate_authorization_request(self, request: HttpRequest) -> Any:
        """Read an authorization request, and ask for consent where only an exchanged token would stand for it."""
        scopes, credentials = super().validate_authorization_request(request)
        consent.ask_where_no_login_agreed(request, credentials["client_id"], scopes)
        return scopes, credentials

    def create_authorization_response(self, request: HttpRequest, scopes: Any, credentials: Any, allow: bool) -> Any:
        """Answer an authorization request of a person; a bearer token is not the person and agrees to nothing."""
        if not sessions.is_of_person(request):
            raise PermissionDenied
        return super().create_authorization_response(request, scopes, credentials, allow)

    def verify_request(self, request: HttpRequest, scopes: Any) -> Any:
        """Verify a bearer token; by the toolkit's login backend, none opens the pages of people."""
        with hidden_if_it_fails(request):
            return self._verified(request, scopes)

    @sensitive_variables()
    def _verified(self, request: HttpRequest, scopes: Any) -> Any:
        valid, asked = super().verify_request(request, scopes)
        if valid and direct_login.asks_for_login(self) and not direct_login.may_be_user(request, asked.access_token):
            return False, asked
        if valid:
            toolkit_introspection.hide_what_is_inactive(request)
        return valid, asked

    def extract_body(self, request: HttpRequest) -> Any:
        """Return the parameters of a form without those that oauthlib and the toolkit would read as facts of theirs."""
        return [pair for pair in super().extract_body(request) if pair[0] not in NOT_PARAMETERS]

    def create_device_authorization_response(self, request: HttpRequest) -> Any:
        """Start the device flow; a failure is told without the secret."""
        hide(request)
        return told_by_kind(super().create_device_authorization_response, request)

    def create_userinfo_response(self, request: HttpRequest) -> Any:
        """Describe the user of an access token; a failure is told without the token."""
        hide(request)
        return told_by_kind(super().create_userinfo_response, request)

    def create_revocation_response(self, request: HttpRequest) -> Response:
        """Answer a revocation request; what a validator refuses is answered as at the token endpoint."""
        hide(request)
        try:
            response: Response = told_by_kind(super().create_revocation_response, request)
        except OAuth2Error as refused:
            return None, refused.headers, refused.json, refused.status_code
        return response

    def authenticate_client(self, request: HttpRequest) -> bool:
        """Authenticate a client, and keep the toolkit's introspection view to what ours would show this client."""
        hide(request)  # it holds a secret, on whichever page
        try:
            with secret_comparison.refusing_blank():
                known = bool(told_by_kind(super().authenticate_client, request))
        except OAuth2Error:  # too many failures: the toolkit's view knows no other answer than its refusal
            return False
        if known:
            toolkit_introspection.hide_what_is_inactive(request)
        return known


def _form_of(request: HttpRequest) -> Form:
    """Return all parameters; where grant types contradict each other, ours comes last, and the grant refuses it."""
    pairs = [(name, value) for name, values in request.POST.lists() for value in values]
    return Form.of(sorted(pairs, key=lambda pair: pair == ("grant_type", GRANT_TYPE)))


def _is_form(request: HttpRequest) -> bool:
    """True if the body is a form in UTF-8; Django skips a charset that it does not know."""
    charset = (request.content_params or {}).get("charset", "utf-8")
    return request.content_type in FORMS and charset.lower() == "utf-8"


def _size_of(request: HttpRequest) -> int:
    """Return the bytes of the body, which Django no longer has once it has read a multipart form."""
    if request.content_type == FORM:
        return len(request.body)
    return int(request.META.get("CONTENT_LENGTH") or 0)


def refused(request: HttpRequest, error: InvalidRequest) -> Response:
    """Record and answer a request that is not worth being read; a caller that sends many of them has to wait."""
    circumstances = circumstances_of(request.META)
    try:
        throttle.failed(throttle.caller_of(request.META))
        record_refusal(error, circumstances, token_database())
    except TooManyFailures as many:
        return None, *too_many_requests(circumstances.request_id, many.seconds)
    except DatabaseError as failed:
        log_failure(failed, circumstances)
        return None, *failure(circumstances.request_id, passing=True)
    return None, *refusal(error, circumstances.request_id)


class TokenExchangeBackend(TokenExchangeBackendMixin, OAuthLibCore):
    """For OAUTH2_BACKEND_CLASS."""

    server: Any
