"""Serve the toolkit's token revocation (RFC 7009) without tokens and secrets in error reports."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_variables
from oauth2_provider.compat import login_not_required
from oauth2_provider.views import RevokeTokenView as ToolkitView

from token_exchange.provider.error_reports import HiddenFromReports
from token_exchange.views.core import CoreOfItsOwn
from token_exchange.views.form_body import UNREADABLE
from token_exchange.views.introspection import NO_STORE


@method_decorator(csrf_exempt, name="dispatch")
@method_decorator(login_not_required, name="dispatch")
class RevocationView(HiddenFromReports, CoreOfItsOwn, ToolkitView):
    """Revokes an access or refresh token of the calling client."""

    @sensitive_variables()
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Answer a revocation request (RFC 7009 §2.1); a body that is not a readable form gets `invalid_request`."""
        try:
            return super().dispatch(request, *args, **kwargs)
        except UNREADABLE:
            body = '{"error": "invalid_request"}'
            return HttpResponse(body, status=400, content_type="application/json", headers=NO_STORE)
