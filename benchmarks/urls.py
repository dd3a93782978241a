"""Serve the endpoints to compare: of this app, of the toolkit with and without our classes, and handwritten."""

from __future__ import annotations

from django.urls import include, path
from oauth2_provider.oauth2_backends import OAuthLibCore
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.settings import oauth2_settings
from oauth2_provider.views import TokenView
from oauthlib.oauth2 import Server

from benchmarks.handwritten import ExchangeServer, ExchangeValidator


def _core(server, validator):
    return OAuthLibCore(server(validator(), **oauth2_settings.server_kwargs))


class ToolkitView(TokenView):
    """The toolkit's view on a site without this app."""

    _oauthlib_core = _core(Server, OAuth2Validator)


class HandwrittenView(TokenView):
    """The toolkit's view with the handwritten grant."""

    _oauthlib_core = _core(ExchangeServer, ExchangeValidator)


urlpatterns = [
    path("toolkit/token/", ToolkitView.as_view()),
    path("handwritten/token/", HandwrittenView.as_view()),
    path("stock/token/", TokenView.as_view()),  # the toolkit's view, which finds our classes in the settings
    path("o/", include("token_exchange.urls")),
    path("o/", include("oauth2_provider.urls")),
]
