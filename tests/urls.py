"""Include the URLs of this package before the toolkit's."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("o/", include("token_exchange.urls")),
    path("o/", include("oauth2_provider.urls")),
    path("account/tokens/", include("token_exchange.urls.account")),
    path("api/personal-access-tokens/", include("token_exchange.urls.personal_access_tokens_api")),
    path("api/impersonation-tickets/", include("token_exchange.urls.impersonation_tickets_api")),
    path("admin/", admin.site.urls),
    path("accounts/", include("django.contrib.auth.urls")),
]
