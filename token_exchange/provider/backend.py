"""Hand a token exchange from Django to oauthlib with all of its parameters, and keep tokens out of error reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import HttpRequest
from django.views.decorators.debug import sensitive_variables
from oauth2_provider.oauth2_backends import OAuthLibCore
from oauthlib.oauth2 import OAuth2Error

from token_exchange.conf import token_exchange_settings
from token_exchange.provider.bearer_requests import direct_login, toolkit_introspection
from token_exchange.provider.client_authentication import secret_comparison, throttle
from token_exchange.provider.client_authentication.throttle import TooManyFailures
from token_exchange.provider.error_reports import hidden_on_failure, hide, without_message
from token_exchange.provider.in_person import consent, sessions
from token_exchange.provider.token_requests.answers import refusal, temporary_failure, too_many_requests
from token_exchange.provider.token_requests.circumstances import circumstances_of
from token_exchange.provider.token_requests.failures import log_failure, record_refusal
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
"""Attributes that oauthlib and the toolkit set on a request. No specification has a parameter of these names.

oauthlib makes an attribute of every body parameter, so a body with one of them could pose as what the server found.
"""

Response = tuple[str | None, dict[str, str], str, int]
"""Redirect URI, headers, body, status."""


def is_exchange(request: HttpRequest) -> bool:
    """True if any grant type in body or URL is token exchange, so that a repeated or misplaced one is refused too."""
    asked = GRANT_TYPE in request.POST.getlist("grant_type") or GRANT_TYPE in request.GET.getlist("grant_type")
    return asked and token_exchange_settings.enabled


# mypy checks the mixin against the toolkit's backend; at runtime a site mixes it into its own.
if TYPE_CHECKING:
    from oauth2_provider.oauth2_backends import OAuthLibCore as _Backend
else:
    _Backend = object


class TokenExchangeBackendMixin(_Backend):
    """Handles token exchanges itself, and leaves every other request to the backend that it is mixed into."""

    @sensitive_variables()
    def create_token_response(self, request: HttpRequest) -> Response:
        """Answer an exchange in JSON, errors included; oauthlib raises some, which Django would answer in HTML."""
        hide(request)  # the toolkit hides password and client_secret only
        if not is_exchange(request):
            response: Response = without_message(super().create_token_response, request)
            return response
        if request.META.get("QUERY_STRING"):
            return refuse(request, InvalidRequest(Reason.QUERY_NOT_ALLOWED))
        if not _is_form(request):
            return refuse(request, InvalidRequest(Reason.BODY_MALFORMED, "content_type"))
        if request.FILES:
            return refuse(request, InvalidRequest(Reason.BODY_MALFORMED, "file"))
        if _size_of(request) > MAX_BODY_BYTES:
            return refuse(request, InvalidRequest(Reason.BODY_TOO_LARGE))
        return self._exchange(request)

    @sensitive_variables()
    def _exchange(self, request: HttpRequest) -> Response:
        try:
            uri, headers = self._get_escaped_full_path(request), self.extract_headers(request)
            # Not `extract_body`: it drops all but the last value of a repeated parameter.
            headers, body, status = self.server.create_token_response(uri, request.method, _form_of(request), headers)
        except (OAuth2Error, ValueError):  # oauthlib cannot read the request
            return refuse(request, InvalidRequest(Reason.BODY_MALFORMED))
        return None, headers, body, status

    def validate_authorization_request(self, request: HttpRequest) -> Any:
        """Validate an authorization request; ask for consent unless a token of the user's own login shows it."""
        scopes, credentials = super().validate_authorization_request(request)
        consent.require_consent_without_login_token(request, credentials["client_id"], scopes)
        return scopes, credentials

    def create_authorization_response(self, request: HttpRequest, scopes: Any, credentials: Any, allow: bool) -> Any:
        """Answer an authorization request; raise `PermissionDenied` if the user is not there in person."""
        if not sessions.is_of_own_login(request):
            raise PermissionDenied
        return super().create_authorization_response(request, scopes, credentials, allow)

    def verify_request(self, request: HttpRequest, scopes: Any) -> Any:
        """Verify a bearer token. On behalf of the toolkit's login backend, none is valid on the pages for people."""
        with hidden_on_failure(request):
            return self._verify(request, scopes)

    @sensitive_variables()
    def _verify(self, request: HttpRequest, scopes: Any) -> Any:
        valid, oauth_request = super().verify_request(request, scopes)
        if valid and direct_login.is_used_for_login(self):
            valid = direct_login.become_user(request, oauth_request.access_token)
        if valid:
            toolkit_introspection.hide_inactive_token(request)
        return valid, oauth_request

    def extract_body(self, request: HttpRequest) -> Any:
        """Return the parameters of a form without `NOT_PARAMETERS`."""
        return [pair for pair in super().extract_body(request) if pair[0] not in NOT_PARAMETERS]

    def create_device_authorization_response(self, request: HttpRequest) -> Any:
        """Start the device flow; the report of a failure does not show the client's secret."""
        hide(request)
        return without_message(super().create_device_authorization_response, request)

    def create_userinfo_response(self, request: HttpRequest) -> Any:
        """Describe the user of an access token; the report of a failure does not show the token."""
        hide(request)
        return without_message(super().create_userinfo_response, request)

    def create_revocation_response(self, request: HttpRequest) -> Response:
        """Answer a revocation request; an error that the validator raises is answered as at the token endpoint."""
        hide(request)
        try:
            response: Response = without_message(super().create_revocation_response, request)
        except OAuth2Error as error:
            return None, error.headers, error.json, error.status_code
        return response

    def authenticate_client(self, request: HttpRequest) -> bool:
        """Authenticate a client; hide tokens from the toolkit's introspection view that ours would not show."""
        hide(request)  # the request holds a secret
        try:
            with secret_comparison.refusing_blank():
                is_authenticated = bool(without_message(super().authenticate_client, request))
        except OAuth2Error:  # too many failures: the toolkit's view has no answer for them but its refusal
            return False
        if is_authenticated:
            toolkit_introspection.hide_inactive_token(request)
        return is_authenticated


def _form_of(request: HttpRequest) -> Form:
    """Return all parameters, ours last of several grant types: oauthlib takes the last, and our grant refuses it."""
    pairs = [(name, value) for name, values in request.POST.lists() for value in values]
    return Form.of(sorted(pairs, key=lambda pair: pair == ("grant_type", GRANT_TYPE)))


def _is_form(request: HttpRequest) -> bool:
    """True if the body is declared as a form in UTF-8; Django silently ignores an unknown charset."""
    charset = (request.content_params or {}).get("charset", "utf-8")
    return request.content_type in FORMS and charset.lower() == "utf-8"


def _size_of(request: HttpRequest) -> int:
    """Return the bytes of the body; of a multipart form by its header, because Django does not keep the body."""
    if request.content_type == FORM:
        return len(request.body)
    return int(request.META.get("CONTENT_LENGTH") or 0)


def refuse(request: HttpRequest, error: InvalidRequest) -> Response:
    """Record and answer a request whose parameters are not read at all; count it as a failure of its caller."""
    circumstances = circumstances_of(request.META)
    try:
        throttle.count_failure(throttle.caller_of(request.META))
        record_refusal(error, circumstances, token_database())
    except TooManyFailures as many:
        return None, *too_many_requests(circumstances.request_id, many.seconds)
    except DatabaseError as failed:
        log_failure(failed, circumstances)
        return None, *temporary_failure(circumstances.request_id)
    return None, *refusal(error, circumstances.request_id)


class TokenExchangeBackend(TokenExchangeBackendMixin, OAuthLibCore):
    """Adds the mixin to the toolkit's backend, for the setting OAUTH2_BACKEND_CLASS."""

    server: Any
