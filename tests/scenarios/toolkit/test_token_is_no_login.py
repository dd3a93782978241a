"""An exchanged token counts neither as a login nor as consent, with any wiring of the site."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView
from django.contrib.sessions.models import Session
from django.http import JsonResponse
from django.test import Client as Browser
from django.test import RequestFactory
from django.urls import include, path
from django.utils import timezone
from oauth2_provider.models import get_access_token_model

from tests.worlds.personal_access_tokens import make
from tests.worlds.support_team import SupportTeam
from tests.worlds.world import CALLBACK, CHALLENGE, SECRET, VERIFIER
from token_exchange.models import ExchangedToken
from token_exchange.provider.current_actor import acting_in
from token_exchange.toolkit.compat import fingerprint_of

pytestmark = pytest.mark.urls(__name__)

MODEL = "django.contrib.auth.backends.ModelBackend"
THEIRS = "oauth2_provider.backends.OAuth2Backend"
OURS = "token_exchange.provider.token_login.TokenBackend"


def who(request):
    token = getattr(request, "access_token", None)
    return JsonResponse({"user": request.user.get_username(), "token": token and token.scope})


def acting(request):
    found = acting_in(request)
    return JsonResponse({"user": request.user.get_username(), "acting": found and found.actor})


urlpatterns = [
    path("who/", who),
    path("acting/", acting),
    path("members/", login_required(who)),
    path("sign-in/", LoginView.as_view(template_name="admin/login.html")),
    path("", include("tests.urls")),
]


@pytest.fixture
def asking(world):
    """Let `spa` ask for consent and exchange its own tokens, to which Alice has not consented."""
    world.spa.skip_authorization = False
    world.spa.save()
    return world


def asked(world, browser=None, *, client=None, scope="read", **parameters):
    """Return the answer of the authorization endpoint to Alice's browser."""
    if browser is None:
        browser = Browser()
        browser.force_login(world.alice)
    client = client or world.spa
    query = {
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": CALLBACK,
        "scope": scope,
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        "approval_prompt": "auto",
    }
    return browser.get("/o/authorize/", {**query, **parameters}, secure=True)


def agreed_to(answer):
    return answer.status_code == 302 and "code" in parse_qs(urlsplit(answer["Location"]).query)


def by_delegation(world):
    world.policy(client=world.agent)
    return world.agent, world.issued(world.login_token(), client=world.agent)


def by_impersonation(world):
    world.policy(client=world.agent, ways=["without_actor"])
    return world.agent, world.issued(world.login_token(), client=world.agent)


def by_ticket(world):
    office = SupportTeam(world)
    return office.desk, office.traded(office.ticket())


@pytest.mark.parametrize("way", [by_delegation, by_impersonation, by_ticket])
def test_an_exchange_is_no_consent(world, way):
    """The consent page is shown although the client holds an exchanged token of the user."""
    client, token = way(world)
    client.skip_authorization, client.authorization_grant_type = False, "authorization-code"
    client.save()
    held = get_access_token_model().objects.get(token_checksum=fingerprint_of(token))
    assert (held.user, held.application, held.allow_scopes(["read"])) == (world.alice, client, True)
    answer = asked(world, client=client)
    assert answer.status_code == 200, answer
    assert b"authorizationForm" in answer.content


def test_a_login_is_consent_as_far_as_it_goes(asking):
    """The consent page is not shown again for the scopes of a login, but for more scopes."""
    browser = Browser()
    browser.force_login(asking.alice)
    assert asked(asking, browser).status_code == 200
    consent = {"allow": "Authorize", "client_id": "spa", "redirect_uri": CALLBACK, "response_type": "code"}
    proof = {"scope": "read", "code_challenge": CHALLENGE, "code_challenge_method": "S256"}
    granted = browser.post("/o/authorize/", {**consent, **proof}, secure=True)
    code = parse_qs(urlsplit(granted["Location"]).query)["code"][0]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
    login = asking.post(form, client=asking.spa).json()["access_token"]
    assert agreed_to(asked(asking, browser))
    asking.policy(client=asking.spa, ways=["without_actor"], scopes=["read", "orders:read"])
    asking.policy(client=asking.front)
    assert not agreed_to(asked(asking, browser, scope="read orders:read"))
    assert not agreed_to(asked(asking, browser, approval_prompt="force"))
    get_access_token_model().objects.filter(token_checksum=fingerprint_of(login)).update(expires=timezone.now())
    assert not agreed_to(asked(asking, browser))


def test_of_a_wider_exchange_nothing_is_taken(asking):
    """A login with few scopes beside an exchanged token with more is consent to the few scopes only."""
    asking.spa.skip_authorization = True
    asking.spa.save()
    narrow, wide = asking.login_token(scope="read"), asking.login_token(scope="read orders:read", client=asking.spa)
    asking.spa.skip_authorization = False
    asking.spa.save()
    asking.policy(client=asking.spa, ways=["same_subject"], scopes=["read", "orders:read"])
    asking.issued(wide, client=asking.spa)
    get_access_token_model().objects.filter(token_checksum=fingerprint_of(wide)).update(expires=timezone.now())
    assert ExchangedToken.objects.exists()
    assert agreed_to(asked(asking, scope="read"))
    assert not agreed_to(asked(asking, scope="read orders:read"))
    assert narrow


@pytest.mark.parametrize("setting", ["auto", "force"])
def test_the_sites_default(asking, settings, setting):
    """Without the parameter `approval_prompt` the toolkit's setting applies."""
    settings.OAUTH2_PROVIDER = {**settings.OAUTH2_PROVIDER, "REQUEST_APPROVAL_PROMPT": setting}
    asking.policy(client=asking.spa, ways=["same_subject"])
    asking.spa.skip_authorization = True
    asking.spa.save()
    login = asking.login_token()
    exchanged = asking.issued(login, client=asking.spa)
    asking.spa.skip_authorization = False
    asking.spa.save()
    browser = Browser()
    browser.force_login(asking.alice)
    query = {"response_type": "code", "client_id": "spa", "redirect_uri": CALLBACK, "scope": "read"}
    proof = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}

    def ask():
        return browser.get("/o/authorize/", {**query, **proof}, secure=True)

    assert agreed_to(ask()) == (setting == "auto")
    get_access_token_model().objects.exclude(token_checksum=fingerprint_of(exchanged)).update(expires=timezone.now())
    assert not agreed_to(ask())


def kinds(world):
    """Return tokens that name Alice, by kind."""
    world.policy(privileged_subjects=True)
    world.policy(client=world.agent, ways=["without_actor"], privileged_subjects=True)
    login = world.login_token()
    return {
        "of a login": login,
        "delegated": world.issued(login),
        "impersonated": world.issued(login, client=world.agent),
        "personal": make(world).value,
        "of a client": world.client_token(),
        "unknown": "of-nobody",
    }


WIRED = {
    "theirs last": [MODEL, THEIRS],
    "theirs first": [THEIRS, MODEL],
    "ours": [MODEL, OURS],
}
FORMS = ["/sign-in/", "/admin/login/"]


@pytest.mark.filterwarnings("ignore:Presenting an OAuth 2.0 access token in the URI query string")
@pytest.mark.parametrize("backends", WIRED)
@pytest.mark.parametrize("form", FORMS)
def test_a_login_form_takes_passwords_only(world, settings, backends, form):
    """A token in the header opens no session with a wrong password or another user's name."""
    world.alice.is_staff = world.alice.is_superuser = True
    world.alice.save()
    tokens = kinds(world)
    settings.AUTHENTICATION_BACKENDS = WIRED[backends]
    Session.objects.all().delete()
    for name, token in tokens.items():
        for sent in (
            {"headers": {"authorization": f"Bearer {token}"}},
            {"query_params": {"access_token": token}},
        ):
            browser = Browser()
            credentials = {"username": "alice", "password": "wrong"}
            browser.post(form, credentials, secure=True, **sent)
            assert "sessionid" not in browser.cookies, (name, sent)
            assert browser.get("/admin/", secure=True).status_code == 302
    assert not Session.objects.exists()
    browser = Browser()
    assert browser.post(form, {"username": "alice", "password": "password"}, secure=True).status_code == 302
    assert browser.get("/admin/", secure=True).status_code == 200


def own_login(request):
    """A view of a site that logs in the user whom the backends find in the request."""
    from django.contrib.auth import login

    user = authenticate(request=request)
    if user is not None:
        login(request, user)
    return JsonResponse({"user": user and user.get_username()})


urlpatterns.insert(0, path("own-login/", own_login))


@pytest.mark.parametrize("backends", WIRED)
def test_no_view_makes_a_session_of_a_token(world, settings, backends):
    """No login by a token leaves a session, which would outlast the token and its scopes."""
    tokens = kinds(world)
    settings.AUTHENTICATION_BACKENDS = WIRED[backends]
    for token in tokens.values():
        browser = Browser()
        browser.get("/own-login/", headers={"authorization": f"Bearer {token}"}, secure=True)
        assert browser.get("/who/", secure=True).json()["user"] == ""


@pytest.mark.filterwarnings("ignore:The OAuth 2.0 resource owner password credentials grant is discouraged")
@pytest.mark.parametrize("backends", WIRED)
def test_the_password_grant_takes_passwords_only(world, settings, backends):
    """A token with a wrong password gets no token by the password grant."""
    tokens = kinds(world)
    old = world.client("old-app", grant="password")
    settings.AUTHENTICATION_BACKENDS = WIRED[backends]

    def login(password, **headers):
        form = {"grant_type": "password", "username": "alice", "password": password, "scope": "read write"}
        credentials = {"client_id": old.client_id, "client_secret": SECRET}
        return world.post({**form, **credentials}, headers=headers)

    assert login("password").status_code == 200
    for name, token in tokens.items():
        answer = login("wrong", Authorization=f"Bearer {token}")
        assert answer.status_code == 400, (name, answer.content)


MIDDLEWARE = {
    "theirs": ("oauth2_provider.middleware.OAuth2TokenMiddleware", [MODEL, THEIRS]),
    "theirs with our backend": ("oauth2_provider.middleware.OAuth2TokenMiddleware", [MODEL, OURS]),
    "ours": ("token_exchange.provider.token_login.TokenMiddleware", [MODEL]),
}


@pytest.mark.parametrize("wired", MIDDLEWARE)
def test_only_a_login_becomes_the_user_of_a_request(world, settings, wired):
    """Only a token of a direct login sets the user of an ordinary view; an exchanged token does not."""
    tokens = kinds(world)
    middleware, settings.AUTHENTICATION_BACKENDS = MIDDLEWARE[wired]
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, middleware]
    seen = {
        name: Browser().get("/who/", headers={"authorization": f"Bearer {token}"}, secure=True).json()["user"]
        for name, token in tokens.items()
    }
    assert seen == {**dict.fromkeys(tokens, ""), "of a login": "alice"}
    answer = Browser().get("/members/", headers={"authorization": f"Bearer {tokens['of a login']}"}, secure=True)
    assert answer.status_code == 200
    assert {"Authorization", "Cookie"} <= set(answer["Vary"].split(", "))
    world.alice.is_active = False
    world.alice.save()
    answer = Browser().get("/who/", headers={"authorization": f"Bearer {tokens['of a login']}"}, secure=True)
    assert answer.json()["user"] == ""


def test_by_the_toolkits_middleware_an_exchanged_token_names_its_actor(world, settings):
    """With the toolkit's middleware an exchanged token sets the user and the actor, but on no page for people."""
    world.target.resources = ["https://testserver/"]
    world.target.save()
    tokens = kinds(world)
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, MIDDLEWARE["theirs"][0]]
    settings.AUTHENTICATION_BACKENDS = [MODEL, THEIRS]

    def shown(where, kind):
        return Browser().get(where, headers={"authorization": f"Bearer {tokens[kind]}"}, secure=True)

    assert shown("/acting/", "of a login").json() == {"user": "alice", "acting": None}
    assert shown("/acting/", "delegated").json() == {"user": "alice", "acting": "front"}
    assert shown("/acting/", "impersonated").json() == {"user": "alice", "acting": ""}
    assert [shown("/account/tokens/", kind).status_code for kind in tokens] == [302] * len(tokens)


def test_a_session_comes_before_the_token(world, settings):
    """A token beside a session changes nothing, as with the toolkit's middleware."""
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "token_exchange.provider.token_login.TokenMiddleware"]
    browser = Browser()
    browser.force_login(world.bob)
    headers = {"authorization": f"Bearer {world.login_token()}"}
    assert browser.get("/who/", headers=headers, secure=True).json()["user"] == "bob"


def test_the_extra_middleware_shows_what_is_active(world, settings):
    """The extra middleware sets `request.access_token` only for an active token at an address it is meant for."""
    tokens = kinds(world)
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "token_exchange.provider.token_login.ExtraTokenMiddleware"]

    def shown(token):
        headers = {"authorization": f"Bearer {token}"} if token else {}
        return Browser().get("/who/", headers=headers, secure=True).json()["token"]

    assert shown(tokens["of a login"]) == "read write"
    assert [shown(token) for token in (None, "of-nobody", tokens["delegated"])] == [None, None, None]
    world.target.resources = ["https://testserver/"]
    world.target.save()
    here = world.issued(world.login_token())
    assert shown(here) == "read"
    world.alice.is_active = False
    world.alice.save()
    assert shown(here) is None


def test_our_backend_keeps_no_session(world):
    """The backend finds the user for one request and never for a session."""
    from token_exchange.provider.token_login import TokenBackend

    token = world.login_token()
    request = RequestFactory().get("/who/", headers={"authorization": f"Bearer {token}"}, secure=True)
    backend = TokenBackend()
    assert backend.authenticate(request) == world.alice
    assert backend.authenticate(request, username="alice", password="password") is None
    assert backend.authenticate() is None
    assert backend.get_user(world.alice.pk) is None
    nowhere = RequestFactory().get("/nowhere/", headers={"authorization": f"Bearer {token}"}, secure=True)
    assert backend.authenticate(nowhere) == world.alice
