"""Each kind of token reaches only some of the toolkit's endpoints."""

from __future__ import annotations

import json

import pytest
from django.test import Client as Browser
from django.urls import include, path
from oauth2_provider.models import get_access_token_model, get_application_model
from oauth2_provider.views import IntrospectTokenView

from tests.worlds.personal_access_tokens import make
from tests.worlds.world import CALLBACK, SECRET, basic_header
from token_exchange.models import PersonalAccessToken

MODEL = "django.contrib.auth.backends.ModelBackend"
THEIRS = "oauth2_provider.backends.OAuth2Backend"
SITES = {
    "without middleware": ([], [MODEL]),
    "the tutorial": (["oauth2_provider.middleware.OAuth2TokenMiddleware"], [MODEL, THEIRS]),
    "ours": (["token_exchange.provider.token_login.TokenMiddleware"], [MODEL]),
}
KINDS = ["of a login", "delegated", "impersonated", "her own, exchanged", "personal", "of a client", "unknown"]


@pytest.fixture
def tokens(world):
    """Return every kind of token that names Alice, valid at every address of this site."""
    world.target.resources = ["https://testserver/"]
    world.target.save()
    return minted(world)


def minted(world, scope="read write"):
    scopes = scope.split()
    world.policy(scopes=scopes)
    world.policy(client=world.agent, ways=["without_actor"], scopes=scopes)
    world.policy(client=world.spa, ways=["same_subject"], scopes=scopes)
    login = world.login_token(scope=scope)
    return {
        "of a login": login,
        "delegated": world.issued(login),
        "impersonated": world.issued(login, client=world.agent),
        "her own, exchanged": world.issued(login, client=world.spa),
        "personal": make(world, scopes=["read"]).value,
        "of a client": world.client_token(scope="read"),
        "unknown": "of-nobody",
    }


def rows():
    models = (get_access_token_model(), get_application_model(), PersonalAccessToken)
    return [list(model.objects.order_by("pk").values()) for model in models]


def send(method, where, token, *args, **more):
    headers = {"authorization": f"Bearer {token}"}
    return getattr(Browser(), method)(where, *args, headers=headers, secure=True, **more)


APPLICATION = {
    "name": "made",
    "client_id": "made",
    "client_secret": "a-secret-that-the-token-would-know",
    "client_type": "confidential",
    "authorization_grant_type": "client-credentials",
    "hash_client_secret": "on",
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("site", SITES)
@pytest.mark.scenario("INV-26")
def test_pages_of_applications_tokens_and_devices(world, tokens, settings, site, kind):
    """No token opens the pages that manage clients, show or revoke tokens, or approve devices."""
    own = world.client("alices", user=world.alice)
    listed = get_access_token_model().objects.filter(user=world.alice).first()
    middleware, settings.AUTHENTICATION_BACKENDS = SITES[site]
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, *middleware]
    settings.OAUTH2_PROVIDER = {**settings.OAUTH2_PROVIDER, "DCR_ENABLED": True}
    registration = json.dumps({"redirect_uris": [CALLBACK], "grant_types": ["authorization_code"]})
    before = rows()
    for method, where, form in [
        ("get", "/o/applications/", {}),
        ("get", f"/o/applications/{own.pk}/", {}),
        ("get", "/o/applications/register/", {}),
        ("post", "/o/applications/register/", APPLICATION),
        ("post", f"/o/applications/{own.pk}/update/", APPLICATION),
        ("post", f"/o/applications/{own.pk}/delete/", {}),
        ("get", "/o/authorized_tokens/", {}),
        ("post", f"/o/authorized_tokens/{listed.pk}/delete/", {}),
        ("get", "/o/device/", {}),
        ("post", "/o/device/", {"user_code": "none"}),
    ]:
        answer = send(method, where, tokens[kind], form)
        assert answer.status_code in (302, 403), (method, where, answer.content)
        assert "login" in answer.get("Location", "login")
    made = send("post", "/o/register/", tokens[kind], registration, content_type="application/json")
    assert made.status_code in (401, 403), made.content
    for method in ("get", "put", "delete"):
        managed = send(method, f"/o/register/{own.client_id}/", tokens[kind])
        assert managed.status_code == 401, managed.content
    assert rows() == before


def test_a_user_with_a_session_uses_them(world, settings):
    """A user with a session uses these pages as usual."""
    settings.OAUTH2_PROVIDER = {**settings.OAUTH2_PROVIDER, "DCR_ENABLED": True}
    browser = Browser()
    browser.force_login(world.alice)
    for where in ("applications/", "applications/register/", "authorized_tokens/", "device/"):
        assert browser.get(f"/o/{where}", secure=True).status_code == 200
    made = browser.post("/o/applications/register/", APPLICATION, secure=True)
    assert made.status_code == 302, made.content
    assert get_application_model().objects.get(client_id="made").user == world.alice


@pytest.mark.parametrize("address", ["https://testserver/", "https://back-api.example/"])
def test_userinfo(world, openid_connect, address):
    """A login with `openid` gets the claims of its user; an exchanged token does not."""
    world.target.resources, world.target.scopes = [address], ["openid", "read"]
    world.target.save()
    world.spa.algorithm = "RS256"
    world.spa.save()
    tokens, without = minted(world, "openid read"), minted(world, "read")
    for kind in KINDS:
        answer = send("get", "/o/userinfo/", tokens[kind])
        if kind == "of a login":
            assert (answer.status_code, set(answer.json())) == (200, {"sub"})
        else:
            assert answer.status_code in (401, 403), (kind, answer.content)
        assert send("get", "/o/userinfo/", without[kind]).status_code in (401, 403), kind
    world.alice.is_active = False
    world.alice.save()
    assert send("get", "/o/userinfo/", tokens["of a login"]).status_code == 401


@pytest.mark.parametrize("kind", KINDS)
def test_no_token_authenticates_a_client(world, tokens, kind):
    """A token authenticates a client at introspection only with the scope `introspection`, and never at revocation."""
    about = world.login_token()
    asked = send("post", "/o/introspect/", tokens[kind], {"token": about})
    assert (asked.status_code, asked.json()) == (401, {"error": "invalid_client"})
    before = rows()
    assert send("post", "/o/revoke_token/", tokens[kind], {"token": about}).status_code in (400, 401)
    assert rows() == before


# The toolkit's introspection where the site has not wired ours


def no_policy(world, policy):
    policy.enabled = False
    policy.save()


def no_target(world, policy):
    world.target.enabled = False
    world.target.save()


def no_user(world, policy):
    world.alice.is_active = False
    world.alice.save()


urlpatterns = [
    path("v2/oauth/", include("oauth2_provider.urls")),
    path("mine/<slug:tenant>/", type("Own", (IntrospectTokenView,), {}).as_view()),
    path("", include("tests.urls")),
]
PLACES = ["/v2/oauth/introspect/", "/mine/a/"]


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("where", PLACES)
@pytest.mark.parametrize("end", [no_policy, no_target, no_user])
def test_introspection_by_the_toolkit_under_any_prefix(world, where, end):
    """It calls a token active only if ours does, and shows it only to its client and its target's owner."""
    policy = world.policy()
    token = world.issued(world.login_token())

    def told(client, method="post"):
        if method == "get":
            return (
                Browser()
                .get(
                    where,
                    {"token": token},
                    secure=True,
                    headers={"authorization": basic_header(client.client_id, SECRET)},
                )
                .json()
            )
        return world.post({"token": token}, client=client, path=where).json()

    assert [told(world.front)["active"], told(world.back)["active"], told(world.front, "get")["active"]] == [True] * 3
    assert [told(client) for client in (world.agent, world.spa)] == [{"active": False}] * 2
    assert told(world.agent, "get") == {"active": False}
    end(world, policy)
    assert [told(client) for client in (world.front, world.back, world.agent)] == [{"active": False}] * 3
    assert told(world.front, "get") == {"active": False}


@pytest.mark.urls(__name__)
def test_introspection_by_the_toolkit_with_a_bearer_token(world):
    """A client that authenticates with its own token sees no more than with its secret."""
    policy = world.policy()
    token = world.issued(world.login_token())
    own = {client: world.client_token(client, scope="introspection") for client in (world.front, world.agent)}

    def told(client):
        return send("post", PLACES[0], own[client], {"token": token}).json()

    assert told(world.front)["active"]
    assert told(world.agent) == {"active": False}
    no_policy(world, policy)
    assert told(world.front) == {"active": False}
