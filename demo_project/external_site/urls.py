"""Route single sign-on, CI, and the old authorization server of the external site."""

from __future__ import annotations

from django.contrib.auth.views import LoginView
from django.urls import include, path
from oauth2_provider.urls import base_urlpatterns

from demo_project.external_site import ci

urlpatterns = [
    path("login/", LoginView.as_view(template_name="external_site/login.html"), name="login"),
    path("sso/", include("oauth2_provider.urls")),
    path("legacy/", include((base_urlpatterns, "oauth2_provider"), namespace="legacy")),
    path("ci/.well-known/openid-configuration", ci.discovery),
    path("ci/.well-known/jwks", ci.keys, name="ci-keys"),
    path("ci/token", ci.token),
]
