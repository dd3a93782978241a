"""A site that includes the URLs of this package before the toolkit's."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("o/", include("token_exchange.urls")),
    path("o/", include("oauth2_provider.urls")),
    path("account/tokens/", include("token_exchange.account_urls")),
    path("api/personal-access-tokens/", include("token_exchange.rest_framework.urls")),
    path("api/impersonation-tickets/", include("token_exchange.rest_framework.impersonation_ticket_urls")),
    path("admin/", admin.site.urls),
    path("accounts/", include("django.contrib.auth.urls")),
]
