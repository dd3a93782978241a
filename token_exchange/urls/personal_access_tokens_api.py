"""Define the URLs of the REST API for users' personal access tokens. Include them under any prefix:

path("api/personal-access-tokens/", include("token_exchange.urls.personal_access_tokens_api")),
"""

from __future__ import annotations

from django.urls import path

from token_exchange.rest_framework.personal_access_tokens import PersonalAccessTokensView as View

app_name = "token_exchange_api"

urlpatterns = [
    path("", View.as_view({"get": "list", "post": "create"}), name="tokens"),
    path("<int:key>/renew/", View.as_view({"post": "renew"}), name="renew"),
    path("<int:key>/revoke/", View.as_view({"post": "revoke"}), name="revoke"),
]
