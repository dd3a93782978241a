"""Discovery documents that list the grant exactly when it is on (RFC 8414, OpenID Connect Discovery)."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from oauth2_provider.settings import oauth2_settings
from oauth2_provider.views import ConnectDiscoveryInfoView, OAuthServerMetadataView

from token_exchange.conf import token_exchange_settings
from token_exchange.sts.vocabulary import GRANT_TYPE


class ServerMetadataMixin:
    """Corrects `grant_types_supported` in the document of the view it is mixed into, and adds what the site knows."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Return the document."""
        response: HttpResponse = super().get(request, *args, **kwargs)  # type: ignore[misc]  # the view mixed into
        document = json.loads(response.content)
        configured = document.get("grant_types_supported", oauth2_settings.OAUTH2_GRANT_TYPES_SUPPORTED)
        grant_types = [grant_type for grant_type in configured if grant_type != GRANT_TYPE]
        document["grant_types_supported"] = [
            *grant_types,
            *([GRANT_TYPE] if token_exchange_settings.enabled else []),
        ]
        if token_exchange_settings.service_documentation:
            document["service_documentation"] = token_exchange_settings.service_documentation
        response.content = json.dumps(document).encode()
        return response


class ServerMetadataView(ServerMetadataMixin, OAuthServerMetadataView):
    """RFC 8414 metadata."""


class DiscoveryView(ServerMetadataMixin, ConnectDiscoveryInfoView):
    """OpenID Connect discovery; not found where it is off, with DEBUG on too, because clients look here first."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Return the document, or 404; the toolkit's view raises where DEBUG is on."""
        if not oauth2_settings.OIDC_ENABLED:
            return HttpResponseNotFound()
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response
