"""Serve token introspection with the actors of a token (RFC 7662, RFC 8693 §4)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_variables
from oauth2_provider.compat import login_not_required

from token_exchange.configuration.snapshot import ConfigurationIsChanging
from token_exchange.provider.bearer_requests.bearer_token import RETRY_AFTER
from token_exchange.provider.client_authentication import throttle
from token_exchange.provider.client_authentication.calling_client import calling_client
from token_exchange.provider.client_authentication.throttle import TooManyFailures
from token_exchange.provider.error_reports import HiddenFromReports
from token_exchange.tokens import introspection, local_values
from token_exchange.toolkit.compat import token_database
from token_exchange.views.form_body import UNREADABLE

NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


@method_decorator(csrf_exempt, name="dispatch")
@method_decorator(login_not_required, name="dispatch")
class IntrospectionView(HiddenFromReports, View):
    """Describes tokens. It accepts POST only, because servers log URLs (RFC 7662 §4)."""

    http_method_names = ["post", "options"]

    @method_decorator(sensitive_variables())
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Describe a token to its client or to the client that owns one of its targets; to others it is inactive."""
        try:
            tokens = request.POST.getlist("token")
        except UNREADABLE:
            return JsonResponse({"error": "invalid_request"}, status=400, headers=NO_STORE)
        try:
            return self._described(request, tokens)
        except TooManyFailures as many:
            return HttpResponse(many.json, status=many.status_code, headers=many.headers)

    @method_decorator(sensitive_variables())
    def _described(self, request: HttpRequest, tokens: list[str]) -> HttpResponse:
        client = calling_client(request)
        if client is None:
            challenge = {**NO_STORE, "WWW-Authenticate": 'Basic realm="introspection"'}
            return JsonResponse({"error": "invalid_client"}, status=401, headers=challenge)
        if len(tokens) != 1 or not tokens[0]:
            return JsonResponse({"error": "invalid_request"}, status=400, headers=NO_STORE)
        try:
            described = introspection.of(tokens[0], client, request)
        except ConfigurationIsChanging:
            retry = {**NO_STORE, "Retry-After": RETRY_AFTER}
            return JsonResponse({"error": "temporarily_unavailable"}, status=503, headers=retry)
        if described is None and not local_values.is_token(tokens[0], token_database()):
            throttle.count_unknown_token(client.client_id)
        return JsonResponse(described or {"active": False}, headers=NO_STORE)
