"""Serve the public keys of this server, with which APIs and clients verify its JWTs (RFC 7517 §5)."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, JsonResponse
from django.utils.decorators import method_decorator
from django.views import View
from oauth2_provider.compat import login_not_required
from oauth2_provider.settings import oauth2_settings
from oauth2_provider.views import JwksInfoView

from token_exchange.toolkit.signing_keys import published_keys


@method_decorator(login_not_required, name="dispatch")
class KeySetView(View):
    """Serves the keys of access tokens, and those of ID tokens while OpenID Connect is on."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Return each key once, to be kept for the toolkit's OIDC_JWKS_MAX_AGE_SECONDS; 404 if there is none."""
        keys = {key["kid"]: key for key in [*published_keys(), *_of_id_tokens(request)]}
        if not keys:
            return HttpResponseNotFound()
        return JsonResponse(
            {"keys": list(keys.values())},
            headers={
                "Access-Control-Allow-Origin": "*",
                "Cache-Control": f"public, max-age={oauth2_settings.OIDC_JWKS_MAX_AGE_SECONDS}",
            },
        )


def _of_id_tokens(request: HttpRequest) -> list[dict[str, Any]]:
    if not oauth2_settings.OIDC_ENABLED:
        return []
    keys: list[dict[str, Any]] = json.loads(JwksInfoView.as_view()(request).content)["keys"]
    return keys
