"""Route exchange, introspection, metadata and revocation; there is no page to log in."""

from __future__ import annotations

from django.urls import include, path
from oauth2_provider.urls import base_urlpatterns, metadata_urlpatterns

KEPT = ("token", "introspect", "revoke-token", "oauth-server-metadata")
OF_THE_TOOLKIT = [pattern for pattern in (*base_urlpatterns, *metadata_urlpatterns) if pattern.name in KEPT]

urlpatterns = [
    path("o/", include("token_exchange.urls")),
    path("o/", include((OF_THE_TOOLKIT, "oauth2_provider"))),
]
