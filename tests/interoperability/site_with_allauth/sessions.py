"""What other packages authenticate is not the person by itself; the session of a login with django-allauth is."""

from __future__ import annotations

import pytest
from allauth.headless.contrib.rest_framework.authentication import XSessionTokenAuthentication
from allauth.headless.internal import sessionkit
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client as Browser
from django.urls import include, path
from rest_framework.authentication import SessionAuthentication, TokenAuthentication
from rest_framework.authtoken.models import Token
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from token_exchange.rest_framework.permissions import ActsInPerson

pytestmark = pytest.mark.urls(__name__)


class View(APIView):
    authentication_classes = [XSessionTokenAuthentication, TokenAuthentication, SessionAuthentication]
    permission_classes = [ActsInPerson]

    def get(self, request):
        return Response({"user": request.user.get_username()})


urlpatterns = [
    path("in-person/", View.as_view()),
    path("known/", View.as_view(permission_classes=[IsAuthenticated])),
    path("accounts/", include("allauth.urls")),
    path("", include("tests.urls")),
]


@pytest.fixture
def browser(world):
    """Alice, who has logged in at django-allauth's page."""
    browser = Browser()
    answer = browser.post("/accounts/login/", {"login": "alice", "password": "password"}, secure=True)
    assert answer.status_code == 302, answer.content
    return browser


def test_a_login_at_its_page_is_a_session(browser):
    assert browser.get("/in-person/", secure=True).status_code == 200
    assert browser.get("/account/tokens/", secure=True).status_code == 200


def test_a_session_token_in_a_header_is_not(browser):
    """An app holds it and may keep it: whoever has it is known to the site, and is not there in person."""
    session = SessionStore(session_key=browser.cookies["sessionid"].value)
    headers = {"X-Session-Token": sessionkit.new_session().session_key}
    assert Browser().get("/known/", headers=headers, secure=True).status_code in (401, 403)
    headers = {"X-Session-Token": session.session_key}
    assert Browser().get("/known/", headers=headers, secure=True).json() == {"user": "alice"}
    assert Browser().get("/in-person/", headers=headers, secure=True).status_code == 403
    assert Browser().get("/account/tokens/", headers=headers, secure=True).status_code == 302


def test_a_token_of_rest_framework_is_not(world, browser):
    """Neither by itself nor beside a session."""
    headers = {"authorization": f"Token {Token.objects.create(user=world.alice).key}"}
    for client in (Browser(), browser):
        assert client.get("/known/", headers=headers, secure=True).json() == {"user": "alice"}
        assert client.get("/in-person/", headers=headers, secure=True).status_code == 403
        assert client.get("/account/tokens/", headers=headers, secure=True).status_code in (302, 403)


@pytest.mark.parametrize("page", ["email/", "password/change/", "login/"])
def test_its_own_pages_are_no_tokens(world, settings, page):
    """A bearer token is not the user of a page on which addresses, passwords and sessions are made."""
    login = world.login_token()
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "oauth2_provider.middleware.OAuth2TokenMiddleware"]
    settings.AUTHENTICATION_BACKENDS = [*settings.AUTHENTICATION_BACKENDS, "oauth2_provider.backends.OAuth2Backend"]
    headers = {"authorization": f"Bearer {login}"}
    answer = Browser().get(f"/accounts/{page}", headers=headers, secure=True)
    assert (answer.status_code == 200) == (page == "login/")
    if page == "login/":
        assert "sessionid" not in answer.cookies
