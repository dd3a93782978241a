"""The banner on a site's own pages says who acts for whom."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.template import engines
from django.test import Client as Browser
from django.urls import path
from rest_framework.decorators import api_view, authentication_classes

from tests.urls import urlpatterns as site
from tests.worlds.support_team import SupportTeam
from token_exchange.rest_framework.authentication import TokenExchangeAuthentication
from token_exchange.views.protection import protected_by_token

PAGE = "<body>{% load token_exchange %}{% acting_banner %}<h1>Orders</h1></body>"

pytestmark = pytest.mark.urls(__name__)


def page(request):
    return HttpResponse(engines["django"].from_string(PAGE).render({}, request))


@api_view(["GET"])
@authentication_classes([TokenExchangeAuthentication])
def framework_page(request):
    assert hasattr(request, "actor") == (request.auth is not None)
    return page(request)


urlpatterns = [
    *site,
    path("back-api/plain", protected_by_token()(page)),
    path("back-api/framework", framework_page),
    path("session", login_required(page)),
]


class TakenOver:
    """A middleware that names the user who has taken over a session, as a site may have one."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.actor = get_user_model().objects.get(username="bob")
        return self.get_response(request)


@pytest.fixture
def support(world):
    world.target.resources = ["https://testserver/back-api/"]
    world.target.save()
    return SupportTeam(world)


def banner(path, token=None, browser=None):
    """Return the text of the banner on a page, None if there is none."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = (browser or Browser()).get(path, secure=True, headers=headers)
    assert answer.status_code == 200, answer.content
    found = re.search(r'<p class="token-exchange-acting" role="status">(.*?)</p>', answer.content.decode(), re.DOTALL)
    return found and found[1].strip()


BEARERS = ["/back-api/plain", "/back-api/framework"]


@pytest.mark.scenario("G01")
@pytest.mark.parametrize("path", BEARERS)
def test_it_names_who_acts_for_whom(world, support, path):
    """The banner shows the full name, if there is one, and always the unique user name, so that it cannot mislead."""
    support.carol.first_name, support.carol.last_name = "<i>Alice</i>", "Admin"
    support.carol.save()
    said = "<b>&lt;i&gt;Alice&lt;/i&gt; Admin (carol)</b> is acting for <b>alice</b>. All actions are recorded."
    assert banner(path, support.traded(support.ticket())) == said


@pytest.mark.parametrize("path", BEARERS)
def test_a_client_that_acts_is_named_and_one_that_hides_is_not(world, support, path):
    world.policy()
    world.policy(client=world.agent, ways=["without_actor"], scopes=["read"])
    assert banner(path, world.issued(world.login_token())).startswith("<b>front</b> is acting for <b>alice</b>")
    unnamed = banner(path, world.issued(world.login_token(), client=world.agent))
    assert unnamed.startswith("An unnamed actor is acting for <b>alice</b>")


@pytest.mark.parametrize("path", BEARERS)
def test_nothing_for_the_person_in_person(world, support, path):
    assert banner(path, world.login_token()) is None
    assert banner(path, world.client_token()) is None


def test_a_session_that_was_taken_over(world, support, settings):
    """The actor that the site's middleware names is shown, even beside a token without an actor."""
    browser = Browser()
    browser.force_login(world.alice)
    assert banner("/session", browser=browser) is None
    token = world.login_token()  # in a session that was taken over, alice agrees to no login
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.TakenOver"]
    browser = Browser()
    browser.force_login(world.alice)
    assert banner("/session", browser=browser).startswith("<b>bob</b> is acting for <b>alice</b>")
    assert banner("/back-api/framework", token).startswith("<b>bob</b> is acting for <b>alice</b>")


@pytest.mark.parametrize("mark", ["_impersonate", "hijack_history", "exit_users_pk", "loginas_from_user"])
def test_a_session_that_a_package_took_over(world, support, mark):
    """The mark that a package leaves in the session is enough, even if no middleware names the actor."""
    browser = Browser()
    browser.force_login(world.alice)
    session = browser.session
    session[mark] = [str(world.bob.pk)]
    session.save()
    unnamed = "An unnamed actor is acting for <b>alice</b>"
    assert banner("/session", browser=browser).startswith(unnamed)


def test_a_page_without_a_request_has_no_banner():
    assert "token-exchange-acting" not in engines["django"].from_string(PAGE).render({})


def test_the_banner_carries_neither_style_nor_script(support):
    """The banner works under a strict Content-Security-Policy: its style is in a file."""
    token = support.traded(support.ticket())
    text = Browser().get(BEARERS[0], secure=True, headers={"Authorization": f"Bearer {token}"}).content.decode()
    assert not re.search(r"<style|style=|<script|\son\w+=", text)
    assert "/static/token_exchange/acting_banner.css" in text
