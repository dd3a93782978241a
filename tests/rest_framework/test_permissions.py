"""The permissions for REST framework get their values from views or from `of()`, and can be combined."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured
from oauth2_provider.contrib.rest_framework import OAuth2Authentication, TokenHasScope
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import AllowAny, IsAdminUser
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory, force_authenticate
from rest_framework.views import APIView

from tests.worlds.help_desk import HelpDesk
from tests.worlds.resource_server import KindsOfToken, bob
from token_exchange.rest_framework.authentication import TokenExchangeAuthentication
from token_exchange.rest_framework.permissions import (
    HasActor,
    IsDelegated,
    MaxDelegationDepth,
    NotImpersonated,
    TokenHasAudience,
    TokenRequirement,
)

PERMISSIONS = [
    TokenHasAudience.of("back-api"),
    IsDelegated,
    NotImpersonated,
    HasActor.of(client="front"),
    MaxDelegationDepth.of(4),
]


@pytest.fixture
def tokens(world):
    return KindsOfToken.minted(world, HelpDesk(world))


def asked(token, permission, *, authentication=TokenExchangeAuthentication, host="back-api.example", **attributes):
    """Return the status of a view with this permission and these attributes."""

    class View(APIView):
        authentication_classes = [authentication]
        permission_classes = [permission]

        def get(self, request):
            return Response({})

    request = APIRequestFactory().get("/", secure=True, HTTP_HOST=host, HTTP_AUTHORIZATION=f"Bearer {token}")
    return type("View", (View,), attributes).as_view()(request).status_code


def test_values_may_stand_on_the_view(tokens):
    """A permission without `of()` takes its value from the view."""
    assert asked(tokens.by_front, TokenHasAudience, required_audience="back-api") == 200
    assert asked(tokens.by_front, TokenHasAudience, required_audience=["x", "back-api"]) == 200
    assert asked(tokens.by_front, TokenHasAudience, required_audience="back") == 403
    assert asked(tokens.by_front, HasActor, allowed_actors="front") == 200
    assert asked(tokens.by_front, HasActor, allowed_actors=["agent"]) == 403
    assert asked(tokens.by_bob, HasActor, allowed_actors=["front", bob()]) == 200
    assert asked(tokens.by_front, MaxDelegationDepth, max_delegation_depth=1) == 200
    assert asked(tokens.by_front, MaxDelegationDepth, max_delegation_depth=0) == 403


def test_a_value_of_the_permission_comes_before_that_of_the_view(tokens):
    """The value given to `of()` takes precedence over the attribute of the view."""
    assert asked(tokens.by_front, HasActor.of(client="agent"), allowed_actors=["front"]) == 403
    assert asked(tokens.by_front, HasActor.of(client="front"), allowed_actors=["agent"]) == 200


@pytest.mark.parametrize("permission", [TokenHasAudience, HasActor, MaxDelegationDepth])
def test_a_missing_value_is_an_error_of_the_site(tokens, permission):
    """A permission without a value raises ImproperlyConfigured and names the missing attribute."""
    with pytest.raises(ImproperlyConfigured, match=permission.parameter):
        asked(tokens.by_front, permission)


def test_actors_are_named_by_client_or_user(tokens, world):
    """`of()` accepts a client id, a user, or a user's key; an unsaved user matches no actor."""
    assert asked(tokens.by_bob, HasActor.of(user=world.bob)) == 200
    assert asked(tokens.by_bob, HasActor.of(user=world.bob.pk)) == 200
    assert asked(tokens.by_bob, HasActor.of(user=world.alice)) == 403
    assert asked(tokens.by_bob, HasActor.of(client=str(world.bob.pk))) == 403
    assert asked(tokens.by_bob, HasActor.of(client="front", user=world.bob)) == 200


def test_permissions_combine(tokens):
    """With `&` both must admit, with `|` one of them, also with those of the toolkit and of REST framework."""
    delegated_for_us = IsDelegated & TokenHasAudience.of("back-api")
    assert asked(tokens.by_front, delegated_for_us) == 200
    assert asked(tokens.impersonated, delegated_for_us) == 403
    front_or_desk = HasActor.of(client="front") | HasActor.of(user=bob())
    assert [asked(token, front_or_desk) for token in (tokens.by_front, tokens.by_bob)] == [200, 200]
    assert asked(tokens.nested, front_or_desk, host="invoices-api.example") == 403
    assert asked(tokens.by_front, IsAdminUser | IsDelegated) == 200
    assert asked(tokens.by_front, IsDelegated & TokenHasScope, required_scopes=["read"]) == 200
    assert asked(tokens.by_front, IsDelegated & TokenHasScope, required_scopes=["write"]) == 403


@pytest.mark.parametrize("permission", PERMISSIONS)
def test_what_is_no_token_of_ours_is_refused(world, permission):
    """A user who authenticated by another scheme is not admitted, with or without another kind of token."""

    for credential in (None, "text", object(), world.alice, {"scope": "read"}):
        admit = {"authenticate": lambda self, request, found=(world.alice, credential): found}
        other_scheme = type("OtherScheme", (BaseAuthentication,), admit)
        assert asked("irrelevant", AllowAny, authentication=other_scheme) == 200
        assert asked("irrelevant", permission, authentication=other_scheme) == 403


@pytest.mark.parametrize("validator", ["token_exchange.provider.validator.TokenExchangeValidator", None])
def test_the_toolkits_authentication_is_enough(tokens, world, settings, validator):
    """With the toolkit's authentication class and validator, a permission still sees actors and inactive tokens."""
    if validator is None:
        stock = "oauth2_provider.oauth2_validators.OAuth2Validator"
        settings.OAUTH2_PROVIDER = {**settings.OAUTH2_PROVIDER, "OAUTH2_VALIDATOR_CLASS": stock}
    toolkit = {"authentication": OAuth2Authentication}
    assert asked(tokens.by_front, HasActor.of(client="front"), **toolkit) == 200
    assert asked(tokens.by_front, NotImpersonated, **toolkit) == 403
    assert asked(tokens.ordinary, NotImpersonated, **toolkit) == 200
    world.alice.is_active = False
    world.alice.save()
    assert asked(tokens.ordinary, NotImpersonated, **toolkit) in (401, 403)
    assert asked(tokens.by_front, HasActor.of(client="front"), **toolkit) in (401, 403)


def test_a_forged_standing_counts_for_nothing(tokens, world):
    """A credential with a status of its own is refused: only a token row of this site can have one."""

    class Forged:
        application_id = 1
        exchange = None

    request = APIRequestFactory().get("/")
    force_authenticate(request, user=world.alice, token=Forged())

    class View(APIView):
        permission_classes = [NotImpersonated]

        def get(self, request):
            return Response({})

    assert View.as_view()(request).status_code == 403


def test_a_requirement_of_nothing_is_none():
    """A subclass that does not define its requirement admits no request."""
    with pytest.raises(NotImplementedError):
        TokenRequirement().has_permission(None, None)
