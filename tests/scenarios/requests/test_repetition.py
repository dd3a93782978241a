"""Section A: repeated parameters are refused, except `audience` and `resource`."""

from __future__ import annotations

import pytest

from tests.worlds.world import SECRET, exchange_form
from token_exchange.sts.vocabulary import ACCESS_TOKEN, GRANT_TYPE, JWT

DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
OTHER_GRANT_TYPES = [
    "authorization_code",
    "client_credentials",
    "password",
    "refresh_token",
    DEVICE_CODE,
    "urn:example:unknown",
    "",
]
# Parameter → another value for it that is well-formed.
OTHER_VALUES = {
    "subject_token": "another-token-altogether",
    "subject_token_type": JWT,
    "actor_token": "another-token-altogether",
    "actor_token_type": JWT,
    "requested_token_type": JWT,
    "scope": "orders:read",
    "client_id": "agent",
    "client_secret": "another secret altogether",
}


@pytest.fixture
def delegation(world):
    """Return a user's token and the actor token of `front`, which may delegate."""
    world.policy(ways=["delegation"], lists={"actor_clients": [world.front]})
    return world.login_token(), world.client_token()


@pytest.mark.parametrize("order", ["first", "last"])
@pytest.mark.parametrize("kind", ["same", "different", "empty"])
@pytest.mark.parametrize("name", OTHER_VALUES)
def test_a18_parameter_sent_twice(world, delegation, name, kind, order):
    """A repeated parameter is refused, with the same, another or an empty value, in any order."""
    form = exchange_form(delegation[0], actor_token=delegation[1], requested_token_type=ACCESS_TOKEN, scope="read")
    form += [("client_id", "front"), ("client_secret", SECRET)]
    second = {"same": dict(form)[name], "different": OTHER_VALUES[name], "empty": ""}[kind]
    twice = [*form, (name, second)] if order == "last" else [(name, second), *form]
    answer = world.refused(lambda: world.post(form), lambda: world.post(twice), error="invalid_request")
    assert answer.json()["error_description"]


@pytest.mark.parametrize("name", ["client_id", "client_secret"])
def test_a18_credentials_sent_twice_beside_basic(world, alices_token, name):
    """Client credentials repeated in the body are refused beside HTTP Basic as well."""
    world.refuses(alices_token, **{name: ["front", "front"]})


@pytest.mark.parametrize("order", ["ours first", "ours last"])
@pytest.mark.parametrize("other", [*OTHER_GRANT_TYPES, GRANT_TYPE])
def test_a18_grant_type_mixed_with_another(world, alices_token, other, order):
    """A request with two grant types is refused in any order, and the other grant is not run."""
    grant_types = [GRANT_TYPE, other] if order == "ours first" else [other, GRANT_TYPE]
    more = {"device_code": "unknown", "code": "unknown", "refresh_token": "unknown", "username": "alice"}
    world.refuses(alices_token, grant_type=grant_types, **more, reason="parameter_repeated")


def test_a18_grant_type_mixed_without_authentication(world, alices_token):
    """Without credentials, two grant types get the same answer as one."""
    form = exchange_form(alices_token, grant_type=[GRANT_TYPE, DEVICE_CODE], device_code="unknown")
    world.refused(lambda: world.exchange(alices_token), lambda: world.post(form), error="invalid_client", status=401)


def test_a20_several_resources(world):
    """A token for several resources is valid for all of them, in the requested order."""
    resources = ["https://orders.example/", "https://stock.example/v1"]
    target = world.make_target("shop-api", owner=world.back, resources=resources)
    world.policy(targets=[target])
    issued = world.exchange(world.login_token(), resource=list(reversed(resources))).json()["access_token"]
    assert world.introspect(issued)["aud"] == ["shop-api", *reversed(resources)]


def test_a20_one_of_several_resources_unknown(world, alices_token):
    """If one of several resources is unknown, nothing is granted for the others either."""
    resources = [world.target.resources[0], "https://unknown.example/"]
    world.refuses(alices_token, error="invalid_target", resource=resources, reason="target_unknown")


@pytest.mark.parametrize(
    "resource",
    [
        "/api",
        "api",
        "back-api",
        "//back-api.example/",
        "https:back-api.example",
        "https:///",
        "https://",
        "https://back-api.example/#a",
        "https://back-api.example/#",
        "https://user@back-api.example/",
        "https://back-api.example /",
        "https://[::1",
        "urn:example:back-api",
        "javascript:alert(1)",
        " https://back-api.example/",
    ],
)
def test_a21_malformed_resource(world, alices_token, resource):
    """A resource that is not an absolute URI with a host, or has a fragment, is refused as a target."""
    world.refuses(alices_token, error="invalid_target", resource=resource, reason="target_malformed")


@pytest.mark.parametrize(
    "resource",
    [
        "https://back-api.example",
        "HTTPS://back-api.example/",
        "https://BACK-API.example/",
        "https://back-api.example:443/",
        "https://back-api.example/.",
        "https://back-api.example/?",
        "https://back-api.example/more",
        "http://back-api.example/",
        "https://back-api.example.evil.example/",
    ],
)
def test_a21_resource_that_only_resembles_a_registered_one(world, alices_token, resource):
    """URIs are compared exactly: a resource that only resembles a registered one is unknown."""
    world.refuses(alices_token, error="invalid_target", resource=resource, reason="target_unknown")
