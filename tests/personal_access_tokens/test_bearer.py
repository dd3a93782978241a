"""A personal access token sent to a resource as it is: refused, unless the site takes it, and then within limits."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.test import Client as Browser
from django.urls import include, path
from django.utils import timezone
from oauth2_provider.contrib.rest_framework import TokenHasScope
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from tests.worlds.log_capture import capturing_logs
from tests.worlds.personal_access_tokens import make, policy_for_scripts
from token_exchange.models import PersonalAccessToken
from token_exchange.personal_access_tokens import making, revocation
from token_exchange.rest_framework.authentication import (
    PersonalAccessTokenAuthentication,
    TokenExchangeAuthentication,
)
from token_exchange.rest_framework.permissions import (
    ActsInPerson,
    IsDelegated,
    MaxDelegationDepth,
    NotImpersonated,
    TokenHasAudience,
)
from token_exchange.toolkit.compat import token_database

pytestmark = [pytest.mark.urls(__name__), pytest.mark.scenario("N17")]

BACK = "back-api.example"
INVOICES = "invoices-api.example"


class View(APIView):
    authentication_classes = [PersonalAccessTokenAuthentication, TokenExchangeAuthentication]
    permission_classes = [TokenHasScope]
    required_scopes = ["read"]

    def get(self, request):
        return Response({"user": request.user.get_username(), "scope": request.auth and request.auth.scope})


PERMISSIONS = {
    "back": [TokenHasAudience.of("back-api")],
    "invoices": [TokenHasAudience.of("invoices-api")],
    "delegated": [IsDelegated],
    "own": [NotImpersonated],
    "flat": [MaxDelegationDepth.of(0)],
    "in-person": [ActsInPerson],
    "open": [AllowAny],
}
urlpatterns = [
    path("read/", View.as_view()),
    path("write/", View.as_view(required_scopes=["write"])),
    path("exchanged-only/", View.as_view(authentication_classes=[TokenExchangeAuthentication])),
    *[path(f"{name}/", View.as_view(permission_classes=classes)) for name, classes in PERMISSIONS.items()],
    path("", include("tests.urls")),
]


@pytest.fixture(autouse=True)
def taken(settings):
    """A site that takes personal access tokens as they are."""
    settings.TOKEN_EXCHANGE = {"PERSONAL_ACCESS_TOKEN_BEARER": True}


def ask(where, value, *, host=BACK, secure=True, address="192.0.2.1"):
    headers = {"host": host, "Authorization": f"Bearer {value}"}
    return Browser().get(f"/{where}/", headers=headers, secure=secure, REMOTE_ADDR=address)


def refused(answer):
    """Refused as a token that does not count (RFC 6750 §3.1)."""
    return answer.status_code == 401 and 'error="invalid_token"' in answer["WWW-Authenticate"]


def test_taken_with_its_owner_and_scopes(world):
    value = make(world).value
    assert ask("read", value).json() == {"user": "alice", "scope": "read write"}


@pytest.mark.parametrize("configured", [{}, {"PERSONAL_ACCESS_TOKEN_BEARER": False}])
def test_not_taken_unless_the_site_says_so(world, settings, configured):
    """By default it has to be exchanged."""
    value = make(world).value
    assert ask("read", value).status_code == 200
    settings.TOKEN_EXCHANGE = configured
    assert ask("read", value).status_code == 401
    assert PersonalAccessToken.objects.get().last_used is not None, "the use before"


def test_only_views_that_name_it_take_it(world):
    assert ask("exchanged-only", make(world).value).status_code == 401


def test_other_tokens_are_left_to_others(world):
    """An ordinary access token opens the same view, and a text that is none does not."""
    assert ask("read", world.login_token()).json()["user"] == "alice"
    assert ask("read", "text").status_code == 401


def test_scopes_are_enforced(world):
    value = make(world, scopes=["read"]).value
    assert [ask(where, value).status_code for where in ("read", "write")] == [200, 403]


def test_only_at_its_targets(world):
    """It opens the resources of its targets and no others, with the scopes that the target there understands."""
    value = make(world, scopes=["read", "write"]).value
    assert [ask("read", value, host=host).status_code for host in (BACK, INVOICES)] == [200, 401]
    both = make(world, scopes=["read", "write"], targets=[world.target, world.other_target]).value
    assert ask("read", both, host=INVOICES).json()["scope"] == "read"
    assert [ask("write", both, host=host).status_code for host in (BACK, INVOICES)] == [200, 403]
    assert [ask("back", both, host=host).status_code for host in (BACK, INVOICES)] == [200, 403]
    assert [ask("invoices", both, host=host).status_code for host in (BACK, INVOICES)] == [403, 200]
    assert refused(ask("open", make(world, targets=[]).value)), "an empty list is nothing, never everything"


def test_a_target_with_no_resource_left_opens_nothing(world):
    value = make(world).value
    assert ask("open", value).status_code == 200
    world.target.resources = []
    world.target.save()
    assert refused(ask("open", value))


def test_the_sites_own_comparison_of_resources_counts(world, settings):
    """The toolkit's setting decides for these tokens too; where it is empty, prefixes are compared all the same."""
    value = make(world).value
    for validator, expected in [(f"{__name__}.nowhere", 401), (None, 200)]:
        settings.OAUTH2_PROVIDER = {
            **settings.OAUTH2_PROVIDER,
            "RESOURCE_SERVER_TOKEN_RESOURCE_VALIDATOR": validator,
        }
        assert ask("read", value).status_code == expected
        assert ask("read", value, host=INVOICES).status_code == 401


def nowhere(uri, audiences):
    return False


def test_permissions_see_a_token_of_the_owner_and_not_the_owner_in_person(world):
    """Nobody acts for the owner, but a script is not the owner."""
    value = make(world).value
    statuses = {where: ask(where, value).status_code for where in ("own", "flat", "delegated", "in-person")}
    assert statuses == {"own": 200, "flat": 200, "delegated": 403, "in-person": 403}
    assert ask("in-person", world.login_token()).status_code == 200


def fell_by_revocation(world, made):
    revocation.revoke(made.row)


def fell_by_rotation(world, made):
    making.rotate(made.row, expires=timezone.now() + timedelta(days=1))


def fell_by_expiry(world, made):
    PersonalAccessToken.objects.filter(pk=made.row.pk).update(expires=timezone.now())


def fell_with_its_owner(world, made):
    world.alice.is_active = False
    world.alice.save()


def fell_with_its_target(world, made):
    world.target.enabled = False
    world.target.save()


def fell_by_privilege(world, made):
    world.alice.is_staff = True
    world.alice.save()


@pytest.mark.parametrize(
    "fall",
    [
        fell_by_revocation,
        fell_by_rotation,
        fell_by_expiry,
        fell_with_its_owner,
        fell_with_its_target,
        fell_by_privilege,
    ],
)
def test_fallen(world, fall):
    """What has ended, or whose owner or target has, opens not even a view that asks for nothing."""
    made = make(world)
    other_target = world.make_target("files-api", resources=[f"https://{BACK}/"], scopes=["read"])
    bystander = make(world, world.bob, targets=[other_target]).value
    assert [ask("open", value).status_code for value in (made.value, bystander)] == [200, 200]
    fall(world, made)
    assert refused(ask("open", made.value))
    assert ask("open", bystander).status_code == 200


def test_spoilt(world):
    value = make(world).value
    for spoilt in (value[:-1], value + "0", value.swapcase(), "txpat_" + "0" * 49):
        assert ask("read", spoilt).status_code == 401
    assert ask("read", value).status_code == 200


def test_not_in_the_clear(world, settings):
    """A token that lives for months is not taken over plain HTTP, unless the site is for development."""
    world.target.resources = [f"https://{BACK}/", f"http://{BACK}/"]
    world.target.save()
    value = make(world).value
    assert refused(ask("read", value, secure=False))
    settings.TOKEN_EXCHANGE = {"PERSONAL_ACCESS_TOKEN_BEARER": True, "REQUIRE_HTTPS": False}
    assert ask("read", value, secure=False).status_code == 200


def test_a_right_that_the_owner_lost_is_lost_at_once(world, settings):
    settings.TOKEN_EXCHANGE = {
        "PERSONAL_ACCESS_TOKEN_BEARER": True,
        "SCOPE_PERMISSIONS": {"write": "token_exchange.change_target"},
    }
    may = Permission.objects.get(codename="change_target")
    world.alice.user_permissions.add(may)
    value = make(world).value
    assert ask("write", value).status_code == 200
    world.alice.user_permissions.remove(may)
    assert [ask(where, value).status_code for where in ("write", "read")] == [403, 200]


def test_a_use_is_noted_and_a_refused_one_is_not(world, mailoutbox, django_capture_on_commit_callbacks):
    """When and from where; a new address is told to the owner, once."""
    value = make(world).value
    assert refused(ask("open", value, host=INVOICES))
    assert PersonalAccessToken.objects.get().last_used is None
    with django_capture_on_commit_callbacks(using=token_database(), execute=True):
        for address in ("192.0.2.1", "192.0.2.1", "2001:db8::7", "2001:db8::7", ""):
            assert ask("read", value, address=address).status_code == 200
    row = PersonalAccessToken.objects.get()
    assert row.addresses == ["192.0.2.1", "2001:db8::7"]
    assert row.last_used is not None
    (letter,) = mailoutbox
    assert "2001:db8::7" in letter.body
    world.assert_silent(letter.subject, letter.body)


def test_no_value_is_logged(world):
    policy_for_scripts(world)
    value = make(world).value
    with capturing_logs() as heard:
        assert ask("read", value).status_code == 200
        assert ask("read", value, host=INVOICES).status_code == 401
    assert not heard.tells([value])
