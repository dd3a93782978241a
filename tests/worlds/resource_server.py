"""Provide a resource server with each requirement in three ways: REST framework, a decorator, a class.

A URLconf, `pytest.mark.urls("tests.worlds.resource_server")`: `/rest/own/`, `/function/own/` and `/class/own/` have the
same rule, named in RULES.
"""

from __future__ import annotations

from typing import NamedTuple

from django.contrib.auth import get_user_model
from django.http import JsonResponse
from django.test import Client as Browser
from django.urls import include, path
from django.views import View
from oauth2_provider.contrib.rest_framework import TokenHasScope
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from token_exchange.rest_framework.authentication import TokenExchangeAuthentication
from token_exchange.rest_framework.permissions import (
    HasActor,
    IsDelegated,
    MaxDelegationDepth,
    NotImpersonated,
    TokenHasAudience,
)
from token_exchange.views.protection import ProtectedByTokenMixin, protected_by_token

FACES = ["rest", "function", "class"]
BOTH = ["back-api", "invoices-api"]


class Rule(NamedTuple):
    """Hold one requirement in three forms: a permission, arguments of the decorator, attributes of the mixin."""

    permission: type
    arguments: dict
    attributes: dict


RULES = {
    "audience": Rule(TokenHasAudience.of("back-api"), {"audience": "back-api"}, {"required_audience": "back-api"}),
    "either": Rule(TokenHasAudience.of(*BOTH), {"audience": BOTH}, {"required_audience": BOTH}),
    "nowhere": Rule(TokenHasAudience.of(), {"audience": []}, {"required_audience": []}),
    "delegated": Rule(IsDelegated, {"delegated": True}, {"delegated": True}),
    "own": Rule(NotImpersonated, {"delegated": False}, {"delegated": False}),
    "by-front": Rule(HasActor.of(client="front"), {"actor": "front"}, {"allowed_actors": ["front"]}),
    "by-nobody": Rule(HasActor.of(), {"actor": []}, {"allowed_actors": []}),
    "flat": Rule(MaxDelegationDepth.of(0), {"max_depth": 0}, {"max_delegation_depth": 0}),
    "shallow": Rule(MaxDelegationDepth.of(1), {"max_depth": 1}, {"max_delegation_depth": 1}),
    "deep": Rule(MaxDelegationDepth.of(2), {"max_depth": 2}, {"max_delegation_depth": 2}),
    "any": Rule(TokenHasScope, {"scopes": ["read"]}, {"required_scopes": ["read"]}),
}


def shown(request, user):
    """Return the parties of a token as a view sees them."""
    status = request.auth.exchange
    return {
        "user": user.get_username() or None,
        "actor": status.actor.subject if status.actor else None,
        "chain": [party.subject for party in status.chain],
        "audience": sorted(status.audience),
        "policy": status.policy,
    }


class RestView(APIView):
    authentication_classes = [TokenExchangeAuthentication]
    required_scopes = ["read"]

    def get(self, request):
        return Response(shown(request, request.user))


class OpenRestView(RestView):
    """Serves every caller, and shows its user."""

    permission_classes = [AllowAny]

    def get(self, request):
        return Response({"user": request.user.get_username() or None})


class PlainView(ProtectedByTokenMixin, View):
    def get(self, request):
        assert request.actor == request.auth.exchange.actor
        return JsonResponse(shown(request, request.user))


def plain_view(request):
    assert request.actor == request.auth.exchange.actor
    return JsonResponse(shown(request, request.user))


@protected_by_token(scopes=["read", "write"])
def scoped_view(request):
    return JsonResponse({})


class ScopedView(ProtectedByTokenMixin, View):
    required_scopes = "read write"

    def post(self, request):
        return JsonResponse({})


def bob():
    """A user whose key is known only once he exists."""
    return get_user_model().objects.get(username="bob")


class ByBobView(RestView):
    permission_classes = [HasActor]

    @property
    def allowed_actors(self):
        return [bob()]


urlpatterns = [
    *[path(f"rest/{name}/", RestView.as_view(permission_classes=[rule.permission])) for name, rule in RULES.items()],
    *[path(f"function/{name}/", protected_by_token(**rule.arguments)(plain_view)) for name, rule in RULES.items()],
    *[path(f"class/{name}/", PlainView.as_view(**rule.attributes)) for name, rule in RULES.items()],
    path("rest/by-bob/", ByBobView.as_view()),
    path("function/by-bob/", lambda request: protected_by_token(actor=bob())(plain_view)(request)),
    path("class/by-bob/", lambda request: PlainView.as_view(allowed_actors=bob().pk)(request)),
    path("rest/open/", OpenRestView.as_view()),
    path("function/scoped/", scoped_view),
    path("class/scoped/", ScopedView.as_view()),
    path("", include("tests.urls")),
]


class KindsOfToken(NamedTuple):
    """Hold tokens of Alice, each obtained in another way, and the host at which each is valid."""

    ordinary: str
    """Of her login at `spa`."""
    restricted: str
    """Of her login at `spa`, which asked for the back API only (RFC 8707)."""
    of_a_client: str
    """`front`'s own: nobody stands behind it."""
    by_front: str
    """For the back API, `front` acting."""
    by_bob: str
    """For the back API, Bob acting."""
    nested: str
    """For the invoices API, `back` acting, `front` before it."""
    impersonated: str
    """For the back API, traded by `agent`, which left no actor."""
    laundered: str
    """The one before, traded by `agent` once more."""

    @classmethod
    def minted(cls, world, desk):
        """Return a token of every kind, issued by the site's own endpoints."""
        world.policy()
        world.policy(client=world.back, targets=[world.other_target], scopes=["read"], max_chain_depth=2)
        world.policy(client=world.agent, ways=["without_actor"])
        world.policy(client=world.agent, ways=["same_subject"])
        login = world.login_token()
        by_front = value_of(world.exchange(login))
        impersonated = value_of(world.exchange(login, client=world.agent))
        return cls(
            ordinary=login,
            restricted=world.login_token(resource="https://back-api.example/"),
            of_a_client=world.client_token(),
            by_front=by_front,
            by_bob=desk.token(),
            nested=value_of(world.exchange(by_front, client=world.back)),
            impersonated=impersonated,
            laundered=value_of(world.exchange(impersonated, client=world.agent)),
        )


def value_of(answer):
    """Return the token in a successful answer."""
    assert answer.status_code == 200, answer.content
    return answer.json()["access_token"]


def ask(where, token=None, *, host="back-api.example", method="get", browser=None, **more):
    """Send a request to the resource server, with a token if one is given."""
    headers = {"host": host, **({"Authorization": f"Bearer {token}"} if token else {}), **more.pop("headers", {})}
    return getattr(browser or Browser(), method)(f"/{where}/", headers=headers, secure=True, **more)


def statuses(where, tokens):
    """Return the status that each kind of token gets, at the host at which it is valid."""
    return {
        kind: ask(where, token, host="invoices-api.example" if kind == "nested" else "back-api.example").status_code
        for kind, token in tokens._asdict().items()
    }
