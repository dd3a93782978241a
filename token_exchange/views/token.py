"""Serve the token endpoint: the toolkit's view, with JSON answers even to requests that Django refuses in HTML."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_variables
from oauth2_provider.compat import login_not_required
from oauth2_provider.signals import app_authorized
from oauth2_provider.views import TokenView as ToolkitTokenView

from token_exchange.conf import token_exchange_settings
from token_exchange.provider.backend import is_exchange, refuse
from token_exchange.provider.error_reports import HiddenFromReports
from token_exchange.provider.issuers.id_token import ANSWERED_BY_THIS_APP
from token_exchange.sts.errors import InvalidRequest
from token_exchange.sts.reasons import Reason
from token_exchange.sts.vocabulary import FORM, FORMS
from token_exchange.toolkit.compat import access_token_model, fingerprint_of
from token_exchange.views.core import CoreOfItsOwn
from token_exchange.views.form_body import UNREADABLE


@method_decorator(csrf_exempt, name="dispatch")
@method_decorator(login_not_required, name="dispatch")
class TokenView(HiddenFromReports, CoreOfItsOwn, ToolkitTokenView):
    """Serves all grants. After an exchange it reads the new token only if a receiver of `app_authorized` needs it."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer a token request (RFC 6749 §3.2)."""
        if not token_exchange_settings.enabled:
            response: HttpResponse = super().post(request, *args, **kwargs)
            return response
        try:
            exchange, empty = is_exchange(request), not request.POST
        except RequestDataTooBig:
            return _refused(request, Reason.BODY_TOO_LARGE)
        except UNREADABLE:
            return _refused(request, Reason.BODY_MALFORMED)
        if empty and request.content_type not in ("", FORM):
            parameter = None if request.content_type in FORMS else "content_type"
            return _refused(request, Reason.BODY_MALFORMED, parameter)  # such as JSON; RFC 6749 §3.2 allows forms only
        return self._exchange(request) if exchange else super().post(request, *args, **kwargs)

    @sensitive_variables()
    def _exchange(self, request: HttpRequest) -> HttpResponse:
        request.META[ANSWERED_BY_THIS_APP] = True
        _where, headers, body, status = self.create_token_response(request)
        if status == 200 and app_authorized.has_listeners():
            fingerprint = fingerprint_of(json.loads(body)["access_token"])
            token = access_token_model().objects.filter(token_checksum=fingerprint).first()
            if token is not None:  # an ID token has no row
                app_authorized.send(sender=self, request=request, token=token)
        return HttpResponse(content=body, status=status, headers=headers)


def _refused(request: HttpRequest, reason: Reason, parameter: str | None = None) -> HttpResponse:
    _where, headers, body, status = refuse(request, InvalidRequest(reason, parameter))
    return HttpResponse(content=body, status=status, headers=headers)
