"""Serve discovery documents that list the grant only while it is on (RFC 8414, OpenID Connect Discovery)."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.urls import reverse
from oauth2_provider.settings import oauth2_settings
from oauth2_provider.views import ConnectDiscoveryInfoView, OAuthServerMetadataView

from token_exchange.conf import token_exchange_settings
from token_exchange.sts.vocabulary import GRANT_TYPE
from token_exchange.toolkit.signing_keys import fixed_issuer, signing_keys


class ServerMetadataMixin:
    """Corrects a view's document: the grant while it is on, our keys, and the site's documentation."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Return the corrected document."""
        response: HttpResponse = super().get(request, *args, **kwargs)  # type: ignore[misc]  # the view mixed into
        document = json.loads(response.content)
        configured = document.get("grant_types_supported", oauth2_settings.OAUTH2_GRANT_TYPES_SUPPORTED)
        grant_types = [grant_type for grant_type in configured if grant_type != GRANT_TYPE]
        document["grant_types_supported"] = [
            *grant_types,
            *([GRANT_TYPE] if token_exchange_settings.enabled else []),
        ]
        if signing_keys():
            document.setdefault("jwks_uri", _key_set_url(request))
        if token_exchange_settings.service_documentation:
            document["service_documentation"] = token_exchange_settings.service_documentation
        response.content = json.dumps(document).encode()
        return response


def _key_set_url(request: HttpRequest) -> str:
    # At the host of the issuer, as the toolkit builds the other URLs: behind a proxy the request may have another.
    path = reverse("token_exchange:key-set")
    issuer = urlsplit(fixed_issuer())
    return f"{issuer.scheme}://{issuer.netloc}{path}" if issuer.netloc else request.build_absolute_uri(path)


class ServerMetadataView(ServerMetadataMixin, OAuthServerMetadataView):
    """Serves the metadata of the authorization server (RFC 8414)."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Return the document; its issuer is the one that access tokens name, because APIs compare the two."""
        response = super().get(request, *args, **kwargs)
        if token_exchange_settings.issuer:
            document = {**json.loads(response.content), "issuer": token_exchange_settings.issuer}
            response.content = json.dumps(document).encode()
        return response


class DiscoveryView(ServerMetadataMixin, ConnectDiscoveryInfoView):
    """Serves OpenID Connect Discovery, or 404 if OpenID Connect is off: clients try this URL first."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Return the document, or 404; the toolkit's view would raise an exception with DEBUG on."""
        if not oauth2_settings.OIDC_ENABLED:
            return HttpResponseNotFound()
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response
