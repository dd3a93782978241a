"""Route the authorization server, the two APIs, the admin, and a start page."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path
from oauth2_provider import urls as toolkit

from demo_project.back_api.views import OrdersView as BackOrdersView
from demo_project.back_api.views import ReleasesView
from demo_project.front_api.views import OrdersView as FrontOrdersView
from demo_project.views import CallbackView, StartView

# All of the toolkit's URLs but those of what the demo leaves off: with DEBUG on, the toolkit answers them with an
# error page instead of the 404 by which a client learns that there is no OpenID Connect here.
TOOLKIT = (toolkit.metadata_urlpatterns + toolkit.base_urlpatterns + toolkit.management_urlpatterns, toolkit.app_name)

urlpatterns = [
    path("", StartView.as_view(), name="start"),
    path("login/", LoginView.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("callback/", CallbackView.as_view(), name="callback"),
    path("o/", include("token_exchange.urls")),
    path("o/", include(TOOLKIT)),
    path("account/tokens/", include("token_exchange.urls.account")),
    path("api/personal-access-tokens/", include("token_exchange.urls.personal_access_tokens_api")),
    path("api/impersonation-tickets/", include("token_exchange.urls.impersonation_tickets_api")),
    path("front/orders/", FrontOrdersView.as_view(), name="front-orders"),
    path("back/orders/", BackOrdersView.as_view(), name="back-orders"),
    path("back/releases/", ReleasesView.as_view(), name="back-releases"),
    path("admin/", admin.site.urls),
]
