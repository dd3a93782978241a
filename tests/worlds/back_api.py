"""Provide the back API: views that accept a bearer token, in every way that the toolkit offers.

A URLconf, `pytest.mark.urls("tests.worlds.back_api")`, and the request that a client would send to it.
"""

from __future__ import annotations

from django.http import HttpResponseForbidden, JsonResponse
from django.test import Client as Browser
from django.urls import include, path
from oauth2_provider.contrib.rest_framework import OAuth2Authentication
from oauth2_provider.decorators import protected_resource
from oauth2_provider.middleware import OAuth2TokenMiddleware
from oauth2_provider.views import ProtectedResourceView
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from token_exchange.provider.validator import TokenExchangeValidator

HOST = "back-api.example"


class ToolkitView(ProtectedResourceView):
    """The toolkit's generic view, which shows what the validator put on the request."""

    def verify_request(self, request):
        valid, verified = super().verify_request(request)
        request.verified = verified
        return valid, verified

    def get(self, request):
        status = request.verified.access_token.exchange
        actor = status.actor.subject if status.actor else None
        return JsonResponse({"actor": actor, "audience": sorted(status.audience)})


class RestView(APIView):
    """A view of Django REST framework with the toolkit's own authentication."""

    authentication_classes = [OAuth2Authentication]
    permission_classes = [IsAuthenticated]

    def get(self, request):
        return Response({"user": request.user.get_username()})


@protected_resource(validator_cls=TokenExchangeValidator)
def decorated_view(request):
    """Use the toolkit's decorator, which uses the site's validator only if it is passed."""
    return JsonResponse({})


@OAuth2TokenMiddleware
def middleware_view(request):
    """Use the toolkit's middleware and authentication backend around this view only."""
    return JsonResponse({}) if request.user.is_authenticated else HttpResponseForbidden()


urlpatterns = [
    path("api/toolkit/", ToolkitView.as_view()),
    path("api/rest/", RestView.as_view()),
    path("api/decorated/", decorated_view),
    path("api/middleware/", middleware_view),
    path("", include("tests.urls")),
]

WAYS_IN = ["toolkit", "rest", "decorated", "middleware"]


def ask(token, way_in="toolkit", *, host=HOST):
    """Send a bearer token to the back API."""
    headers = {"host": host, "Authorization": f"Bearer {token}"}
    return Browser().get(f"/api/{way_in}/", headers=headers, secure=True)


def opens(token, way_in="toolkit", *, host=HOST):
    """Return if the back API serves a bearer token; fail for any other status than 200, 401 and 403."""
    status = ask(token, way_in, host=host).status_code
    assert status in (200, 401, 403), status
    return status == 200
