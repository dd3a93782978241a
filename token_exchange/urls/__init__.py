"""Define URLs that replace the toolkit's. Include them before the toolkit's, under the same prefix:

path("o/", include("token_exchange.urls")),
path("o/", include("oauth2_provider.urls")),
"""

from __future__ import annotations

from django.urls import path, re_path

from token_exchange.views.introspection import IntrospectionView
from token_exchange.views.key_set import KeySetView
from token_exchange.views.metadata import DiscoveryView, ServerMetadataView
from token_exchange.views.registration import ClientManagementView, ClientRegistrationView
from token_exchange.views.revocation import RevocationView
from token_exchange.views.token import TokenView

app_name = "token_exchange"

urlpatterns = [
    path("token/", TokenView.as_view(), name="token"),
    path("introspect/", IntrospectionView.as_view(), name="introspect"),
    path("revoke_token/", RevocationView.as_view(), name="revoke-token"),
    path("register/", ClientRegistrationView.as_view(), name="dcr-register"),
    path("register/<str:client_id>/", ClientManagementView.as_view(), name="dcr-register-management"),
    path(".well-known/jwks.json", KeySetView.as_view(), name="key-set"),
    path(".well-known/oauth-authorization-server", ServerMetadataView.as_view(), name="metadata"),
    re_path(r"^\.well-known/openid-configuration/?$", DiscoveryView.as_view(), name="discovery"),
]
