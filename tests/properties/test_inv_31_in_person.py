"""INV-31: a request is in person only by proof: a user's session, or a login's token with the scope.

The matrix: ways to bring a credential, times what a site makes of it, times every place that asks for the person.
"""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.contrib.auth.models import AnonymousUser, Permission
from django.contrib.sessions.backends.db import SessionStore
from django.http import JsonResponse
from django.test import Client as Browser
from django.urls import include, path
from oauth2_provider.contrib.rest_framework import OAuth2Authentication
from oauth2_provider.models import get_access_token_model, get_application_model, get_device_grant_model
from rest_framework.authentication import (
    BaseAuthentication,
    BasicAuthentication,
    RemoteUserAuthentication,
    SessionAuthentication,
)
from rest_framework.response import Response
from rest_framework.views import APIView

from tests.worlds.personal_access_tokens import make
from tests.worlds.support_team import SupportTeam
from tests.worlds.world import CALLBACK, CHALLENGE, basic_header
from token_exchange.models import ImpersonationTicket, PersonalAccessToken
from token_exchange.provider.in_person import presence
from token_exchange.rest_framework.authentication import (
    PersonalAccessTokenAuthentication,
    TokenExchangeAuthentication,
)
from token_exchange.rest_framework.permissions import ActsInPerson
from token_exchange.views.protection import protected_by_token

pytestmark = [pytest.mark.urls(__name__), pytest.mark.scenario("INV-31"), pytest.mark.scenario("INV-26")]

MODEL = "django.contrib.auth.backends.ModelBackend"
REMOTE = "django.contrib.auth.backends.RemoteUserBackend"
THEIRS = "oauth2_provider.backends.OAuth2Backend"
CARELESS = f"{__name__}.Careless"
OURS = "token_exchange.provider.token_login.TokenBackend"


class OfAnotherScheme(BaseAuthentication):
    """Authentication of a site that puts an unknown object into `request.auth`."""

    def authenticate(self, request):
        from django.contrib.auth import get_user_model

        if not request.META.get("HTTP_AUTHORIZATION"):
            return None
        return get_user_model().objects.get(username="alice"), {"scope": "personal_access_tokens"}


class WithoutCredential(OfAnotherScheme):
    """Authentication without anything in `request.auth`, as REST framework's Basic and RemoteUser."""

    def authenticate(self, request):
        found = super().authenticate(request)
        return found and (found[0], None)


class OfSessionToken(OfAnotherScheme):
    """Authentication like allauth's XSessionTokenAuthentication, by a session named in a header."""

    def authenticate(self, request):
        found = super().authenticate(request)
        return found and (found[0], SessionStore())


SCHEMES = {
    "session": [SessionAuthentication],
    "ours": [TokenExchangeAuthentication, SessionAuthentication],
    "toolkit": [OAuth2Authentication, SessionAuthentication],
    "personal": [PersonalAccessTokenAuthentication, SessionAuthentication],
    "basic": [BasicAuthentication, SessionAuthentication],
    "remote-user": [RemoteUserAuthentication, SessionAuthentication],
    "session-token": [OfSessionToken, SessionAuthentication],
    "other": [OfAnotherScheme, SessionAuthentication],
    "silent": [WithoutCredential, SessionAuthentication],
}


class InPersonView(APIView):
    permission_classes = [ActsInPerson.of("write")]

    def get(self, request):
        return Response({"user": request.user.get_username()})


def plain(request):
    return JsonResponse({"in_person": presence.is_in_person(request)})


urlpatterns = [
    *[path(f"rest/{name}/", InPersonView.as_view(authentication_classes=found)) for name, found in SCHEMES.items()],
    path("plain/", plain),
    path("protected/", protected_by_token()(plain)),
    path("", include("tests.urls")),
]

SITES = {
    "plain Django": ([], [MODEL]),
    "the tutorial": (["oauth2_provider.middleware.OAuth2TokenMiddleware"], [MODEL, THEIRS]),
    "the tutorial, turned round": (["oauth2_provider.middleware.OAuth2TokenMiddleware"], [THEIRS, MODEL]),
    "the tutorial and more": (
        ["oauth2_provider.middleware.OAuth2ExtraTokenMiddleware", "oauth2_provider.middleware.OAuth2TokenMiddleware"],
        [MODEL, THEIRS],
    ),
    "ours": (
        [
            "token_exchange.provider.token_login.ExtraTokenMiddleware",
            "token_exchange.provider.token_login.TokenMiddleware",
        ],
        [MODEL, OURS],
    ),
    "their middleware, our backend": (["oauth2_provider.middleware.OAuth2TokenMiddleware"], [MODEL, OURS]),
    "a proxy that logs in": (["django.contrib.auth.middleware.RemoteUserMiddleware"], [REMOTE, MODEL]),
    "careless": ([CARELESS], [MODEL]),
}


class Careless:
    """Middleware of a site that makes Alice the user of every request with a header."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        from django.contrib.auth import get_user_model

        if request.META.get("HTTP_AUTHORIZATION") or request.META.get("HTTP_X_SESSION_TOKEN"):
            request.user = request._cached_user = get_user_model().objects.get(username="alice")
        return self.get_response(request)


@pytest.fixture(params=SITES)
def site(request, settings):
    """Set up a site with this middleware and these backends."""
    middleware, backends = SITES[request.param]

    def begin():
        settings.MIDDLEWARE = [*settings.MIDDLEWARE, *middleware]
        settings.AUTHENTICATION_BACKENDS = backends

    return begin


@pytest.fixture
def office(world, settings):
    settings.TOKEN_EXCHANGE = {"PERSONAL_ACCESS_TOKEN_BEARER": True}
    world.target.resources = ["https://testserver/"]
    world.target.save()
    world.alice.is_staff = True
    world.alice.save()
    world.alice.user_permissions.set(Permission.objects.filter(content_type__app_label="token_exchange"))
    support = SupportTeam(world)
    support.team.user_set.add(world.alice)
    support.customers.user_set.set([world.bob])
    return support


def bearers(world, office):
    """Return every kind of bearer token that names Alice, issued by the site, and one of a client."""
    world.policy(privileged_subjects=True)
    world.policy(client=world.agent, ways=["without_actor"], privileged_subjects=True)
    world.policy(client=world.spa, ways=["same_subject"], privileged_subjects=True)
    login = world.login_token()
    return {
        "of a login": login,
        "of a login, of little scope": world.login_token(scope="read"),
        "delegated": world.issued(login),
        "impersonated": world.issued(login, client=world.agent),
        "her own, exchanged": world.issued(login, client=world.spa),
        "personal access token": make(world, scopes=["read", "write"]).value,
        "of a client": world.client_token(scope="read write"),
        "unknown": "of-nobody",
    }


def authorize(world):
    return (
        "/o/authorize/?response_type=code&state=s&code_challenge_method=S256"
        f"&client_id={world.spa.client_id}&redirect_uri={CALLBACK}&scope=read&code_challenge={CHALLENGE}"
    )


def pages(world, office):
    """Return every page that requires a user in person: method, path, form."""
    form = {"name": "x", "targets": ["back-api"], "scopes": ["read"], "lifetime": "30"}
    token = make(world, name="there before")
    ticket = office.ask(actor=world.alice, subject=world.bob)
    ticket_pages = f"/admin/token_exchange/impersonationticket/{ticket.pk}"
    consent = {"allow": "1", "client_id": "spa", "redirect_uri": CALLBACK, "response_type": "code", "scope": "read"}
    return [
        ("get", "/account/tokens/", {}),
        ("get", "/account/tokens/new/", {}),
        ("post", "/account/tokens/new/", form),
        ("post", f"/account/tokens/{token.row.pk}/renew/", {"lifetime": "7", "seen": ""}),
        ("post", f"/account/tokens/{token.row.pk}/revoke/", {}),
        ("get", "/account/tokens/acts/", {}),
        ("get", f"/admin/token_exchange/impersonationticket/ask/{world.bob.pk}/", {}),
        ("post", f"{ticket_pages}/collect/", {}),
        ("post", f"{ticket_pages}/approve/", {}),
        ("post", "/admin/token_exchange/target/add/", {"name": "made"}),
        ("get", authorize(world), {}),
        ("post", authorize(world), consent),
        ("post", "/admin/oauth2_provider/application/add/", {"client_id": "made"}),
        ("post", f"/admin/token_exchange/personalaccesstoken/{token.row.pk}/revoke/", {}),
        ("post", "/o/device/", {"user_code": "none"}),
    ]


def everything():
    """Return all rows that a page might create or end."""
    models = (PersonalAccessToken, ImpersonationTicket, get_access_token_model(), get_application_model())
    return [list(model.objects.order_by("pk").values()) for model in (*models, get_device_grant_model())]


def shows(answer):
    """Return if an answer holds a page, or a code from the authorization endpoint."""
    return answer.status_code == HTTPStatus.OK or "code=" in answer.get("Location", "")


def test_no_bearer_token_is_a_session(world, office, site, settings):
    """No bearer token opens a page for people, or creates, ends or approves anything there."""
    tokens, asked = bearers(world, office), pages(world, office)
    before = everything()
    site()
    if CARELESS in settings.MIDDLEWARE:  # the toolkit's page asks that middleware alone, and no code of ours
        asked = [case for case in asked if not case[1].startswith("/o/device")]
    for name, token in tokens.items():
        for method, where, form in asked:
            bearer = {"authorization": f"Bearer {token}"}
            answer = getattr(Browser(), method)(where, form or None, headers=bearer, secure=True)
            assert not shows(answer), (name, method, where, answer.content)
    assert everything() == before


def test_the_session_of_a_login_is_one(world, office, site):
    """On each of these sites Alice's own session opens these pages."""
    asked = [case for case in pages(world, office) if case[0] == "get"]
    site()
    browser = Browser()
    browser.force_login(world.alice, backend=MODEL)
    for _method, where, _form in asked[:3]:
        assert browser.get(where, secure=True, REMOTE_USER="alice").status_code == HTTPStatus.OK, where
    assert "code=" in browser.get(authorize(world), secure=True, REMOTE_USER="alice")["Location"]
    assert browser.get("/plain/", secure=True, REMOTE_USER="alice").json() == {"in_person": True}


# Only these two kinds, and only where an authentication class takes them as what they are.
ADMITTED = {("ours", "of a login"), ("toolkit", "of a login")}


def test_apis_admit_a_login_with_the_scope_and_nothing_else(world, office, site):
    """`ActsInPerson` admits the token of a direct login with the scope, under every authentication class."""
    tokens = bearers(world, office)
    site()
    for scheme in SCHEMES:
        for name, token in tokens.items():
            headers = {"authorization": f"Bearer {token}"}
            answer = Browser().get(f"/rest/{scheme}/", headers=headers, secure=True)
            admitted = answer.status_code == HTTPStatus.OK
            assert admitted == ((scheme, name) in ADMITTED), (scheme, name, answer.content)


def test_apis_admit_a_session_where_it_was_read_as_one(world, office, site, settings):
    """A session that another scheme has read is not admitted, because that scheme did not check the CSRF token."""
    site()
    browser = Browser()
    browser.force_login(world.alice, backend=MODEL)
    for scheme in SCHEMES:
        answer = browser.get(f"/rest/{scheme}/", secure=True)
        assert answer.status_code == HTTPStatus.OK, (scheme, answer.content)
    for scheme, sent in {
        "basic": {"headers": {"authorization": basic_header("alice", "password")}},
        "remote-user": {"REMOTE_USER": "alice"},
        "other": {"headers": {"authorization": "Other x"}},
        "silent": {"headers": {"authorization": "Other x"}},
    }.items():
        answer = browser.get(f"/rest/{scheme}/", secure=True, **sent)
        # Without a backend for it, the name that the proxy tells is not looked at, and the session is.
        unheard = scheme == "remote-user" and REMOTE not in settings.AUTHENTICATION_BACKENDS
        assert (answer.status_code == HTTPStatus.OK) == unheard, (scheme, answer.content)


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "DPoP", "Token", "JWT"])
def test_a_token_beside_a_session(world, office, site, scheme):
    """A request with a token and a session opens no page, because its user may come from either."""
    asked = pages(world, office)
    token = world.login_token()
    before = everything()
    site()
    browser = Browser()
    browser.force_login(world.alice, backend=MODEL)
    for method, where, form in asked:
        if where.startswith("/admin/token_exchange/target") or where.startswith("/o/device"):
            continue
        headers = {"authorization": f"{scheme} {token}"}
        answer = getattr(browser, method)(where, form or None, headers=headers, secure=True, REMOTE_USER="alice")
        assert not shows(answer), (method, where, answer.content)
    assert everything() == before


def of_another(browser, world):
    browser.force_login(world.bob)


def of_a_changed_password(browser, world):
    browser.force_login(world.alice)
    world.alice.set_password("another")
    world.alice.save()


def with_a_hash_that_is_not_its_own(browser, world):
    browser.force_login(world.alice)
    session = browser.session
    session["_auth_user_hash"] = "x"
    session.save()


def of_a_token(browser, world):
    browser.force_login(world.alice, backend=MODEL)
    session = browser.session
    session["_auth_user_backend"] = THEIRS
    session.save()


def _marked(mark):
    def begun(browser, world):
        browser.force_login(world.alice)
        session = browser.session
        session[mark] = [str(world.bob.pk)]
        session.save()

    begun.__name__ = f"marked {mark}"
    return begun


SESSIONS = [
    of_another,
    of_a_changed_password,
    with_a_hash_that_is_not_its_own,
    of_a_token,
    *map(_marked, ["_impersonate", "hijack_history", "exit_users_pk", "loginas_from_user"]),
]


class AliceAnyway:
    """Middleware that makes Alice the user of every session."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        from django.contrib.auth import get_user_model

        request.user = get_user_model().objects.get(username="alice")
        return self.get_response(request)


@pytest.mark.parametrize("begun", SESSIONS, ids=lambda begun: begun.__name__)
def test_sessions_that_prove_nothing(world, settings, begun):
    """A session of another user, with a changed password, opened by a token, or taken over is no proof."""
    settings.AUTHENTICATION_BACKENDS = [MODEL, THEIRS]
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.AliceAnyway"]
    good, bad = Browser(), Browser()
    good.force_login(world.alice, backend=MODEL)
    assert good.get("/plain/", secure=True).json() == {"in_person": True}
    begun(bad, _With(world))
    assert bad.get("/plain/", secure=True).json() == {"in_person": False}
    assert bad.get("/account/tokens/", secure=True).status_code == HTTPStatus.FORBIDDEN
    assert bad.get(authorize(world), secure=True).status_code == HTTPStatus.FORBIDDEN


class _With:
    """A world whose users log in with the model backend."""

    def __init__(self, world):
        self.alice, self.bob = world.alice, world.bob


def test_a_protected_view_knows_the_token_that_it_was_called_with(world, office):
    """In a view under `protected_by_token` a login's token is in person, an exchanged token is not."""
    world.policy(privileged_subjects=True)
    login = world.login_token()
    for token, expected in ((login, True), (world.issued(login), False), (world.client_token(), False)):
        answer = Browser().get("/protected/", headers={"authorization": f"Bearer {token}"}, secure=True)
        assert answer.json() == {"in_person": expected}


def test_a_registration_token_manages_its_client_and_nothing_else(world, office, settings):
    """A registration token in Alice's name is not Alice in person (RFC 7592)."""
    settings.OAUTH2_PROVIDER = {**settings.OAUTH2_PROVIDER, "DCR_ENABLED": True}
    browser = Browser()
    browser.force_login(world.alice)
    asked = {"redirect_uris": [CALLBACK], "grant_types": ["authorization_code"], "client_name": "app"}
    answer = browser.post("/o/register/", asked, content_type="application/json", secure=True)
    assert answer.status_code == HTTPStatus.CREATED, answer.content
    headers = {"authorization": f"Bearer {answer.json()['registration_access_token']}"}
    for scheme in ("ours", "toolkit", "session"):
        assert Browser().get(f"/rest/{scheme}/", headers=headers, secure=True).status_code in (401, 403)
    assert Browser().get("/protected/", headers=headers, secure=True).json() == {"in_person": False}


@pytest.mark.parametrize("user", [None, AnonymousUser()])
def test_a_request_without_a_user(rf, user):
    """A request without a user, or without session middleware, is not in person."""
    request = rf.get("/")
    assert not presence.is_in_person(request)
    request.user = user
    assert not presence.is_in_person(request)
    assert not presence.is_in_person_by_session(request)
