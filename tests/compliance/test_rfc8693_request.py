"""RFC 8693 §2.1: a request has the required transport, targets, scopes and types (TX-001 to TX-020)."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest
from django.test import Client as Browser

from tests.worlds.world import exchange_form
from token_exchange.sts.vocabulary import ACCESS_TOKEN, GRANT_TYPE

pytestmark = pytest.mark.compliance("RFC 8693", "2.1")


@pytest.fixture
def two_targets(world):
    """Return a token of Alice that `front` may exchange for two targets."""
    world.policy(targets=[world.target, world.other_target], scopes=["read", "orders:read", "invoices:read"])
    return world.login_token(scope="read orders:read invoices:read")


def audience_of(world, token, **request):
    """Return the audience in the introspection of the new token."""
    return world.introspect(world.issued(token, **request))["aud"]


def test_tx_001_an_ordinary_token_request(world, alices_token):
    """An exchange is served at the URL of the other grants."""
    assert world.post({"grant_type": "client_credentials"}, client=world.front, path="/o/token/").status_code == 200
    assert world.post(exchange_form(alices_token), client=world.front, path="/o/token/").status_code == 200


@pytest.mark.parametrize("urn", [GRANT_TYPE.upper(), f"{GRANT_TYPE}/", GRANT_TYPE.replace(":", "%3A")])
def test_tx_002_grant_type_is_exactly_the_registered_urn(world, alices_token, urn):
    """Any other spelling of the grant type is unsupported."""
    assert world.exchange(alices_token).status_code == 200
    answer = world.exchange(alices_token, grant_type=urn)
    assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")


def test_tx_003_post_only(world, alices_token):
    """The same parameters in a GET request give no token."""
    answer = Browser().get("/o/token/", dict(exchange_form(alices_token)), secure=True)
    assert answer.status_code == 405
    assert b"token" not in answer.content


@pytest.mark.parametrize("way", ["json", "query"])
def test_tx_004_parameters_travel_form_encoded_in_the_body(world, alices_token, way):
    """Parameters in JSON or in the query string are refused."""
    form = exchange_form(alices_token)
    sent = {
        "json": {"body": json.dumps(dict(form)), "content_type": "application/json"},
        "query": {"body": "", "path": f"/o/token/?{urlencode(form)}"},
    }[way]
    world.refused(
        lambda: world.exchange(alices_token),
        lambda: world.send(client=world.front, **sent),
        error="invalid_request",
    )


def test_tx_004_unknown_parameter_in_utf_8(world, alices_token):
    """An unknown parameter in UTF-8 is ignored."""
    assert world.exchange(alices_token, größe="übergroß").status_code == 200


def test_tx_005_unauthenticated_clients_are_not_served(world, alices_token):
    """A request without client credentials is refused."""
    world.refused(
        lambda: world.exchange(alices_token),
        lambda: world.post(exchange_form(alices_token)),
        error="invalid_client",
        status=401,
    )


@pytest.mark.parametrize("name", ["resource", "audience"])
def test_tx_007_tx_012_target_may_be_left_out(world, alices_token, name):
    """Without a target, the token is for the policy's only target."""
    assert audience_of(world, alices_token, **{name: ""}) == ["back-api", *world.target.resources]


def test_tx_007_tx_012_target_must_be_named_among_several(world, two_targets):
    """Without a target, a policy with several refuses, so that no token is unrestricted."""
    world.refused(
        lambda: world.exchange(two_targets, audience="back-api"),
        lambda: world.exchange(two_targets),
        error="invalid_target",
    )


@pytest.mark.parametrize("resource", ["/api", "api", "//back-api.example/"])
def test_tx_008_resource_is_an_absolute_uri(world, alices_token, resource):
    """A relative reference is refused as a target."""
    world.refuses(alices_token, error="invalid_target", resource=resource)


def test_tx_009_resource_may_have_a_query(world):
    """The query of a resource is part of it; without the query it is another URI."""
    target = world.make_target("query-api", resources=["https://api.example/x?t=1"])
    world.policy(targets=[target])
    token = world.login_token()
    assert audience_of(world, token, resource="https://api.example/x?t=1") == ["query-api", *target.resources]
    world.refuses(token, error="invalid_target", resource="https://api.example/x")
    world.refuses(token, error="invalid_target", resource="https://api.example/x?t=2")


@pytest.mark.parametrize("fragment", ["#a", "#"])
def test_tx_010_resource_has_no_fragment(world, alices_token, fragment):
    """A resource with a fragment, even an empty one, is refused."""
    world.refuses(alices_token, error="invalid_target", resource=world.target.resources[0] + fragment)


def test_tx_011_resource_may_repeat(world, two_targets):
    """Two resources are both in the audience."""
    resources = [*world.target.resources, *world.other_target.resources]
    told = audience_of(world, two_targets, resource=resources, scope="read")
    assert set(told) == {"back-api", "invoices-api", *resources}


def test_tx_013_audience_is_a_registered_name(world, alices_token):
    """A registered audience is accepted, and an unknown one is refused."""
    assert "back-api" in audience_of(world, alices_token, audience="back-api")
    for name in ("nobody", "BACK-API", "back-api ", "back", "front"):
        world.refuses(alices_token, error="invalid_target", audience=name)


def test_tx_015_audience_may_repeat(world, two_targets):
    """Two audiences are both in the token."""
    told = audience_of(world, two_targets, audience=["back-api", "invoices-api"], scope="read")
    assert {"back-api", "invoices-api"} <= set(told)


def test_tx_016_audience_and_resource_may_be_mixed(world, two_targets):
    """An audience and a resource are both in the token."""
    told = audience_of(world, two_targets, audience="back-api", resource=world.other_target.resources[0], scope="read")
    assert set(told) == {"back-api", "invoices-api", *world.target.resources, *world.other_target.resources}


@pytest.mark.parametrize(
    "mixed",
    [
        {"audience": "back-api", "resource": "https://unknown.example/"},
        {"audience": "unknown", "resource": "https://back-api.example/"},
        {"audience": ["back-api", "invoices-api"]},
        {"audience": "back-api", "resource": "https://invoices-api.example/"},
    ],
)
def test_tx_016_one_allowed_and_one_not(world, alices_token, mixed):
    """If one of several targets is unknown or not permitted, nothing is issued."""
    world.refuses(alices_token, error="invalid_target", **mixed)


def test_tx_017_scope_is_case_sensitive(world, alices_token):
    """A scope in another case is another scope."""
    world.refuses(alices_token, error="invalid_scope", scope="Read")


def test_tx_017_scope_is_a_set(world, alices_token):
    """A repeated scope counts once."""
    assert world.exchange(alices_token, scope="read read").json()["scope"] == "read"


def test_tx_018_scope_is_read_in_the_context_of_the_target(world, two_targets):
    """A scope that only another target understands is refused."""
    world.refused(
        lambda: world.exchange(two_targets, audience="invoices-api", scope="invoices:read"),
        lambda: world.exchange(two_targets, audience="back-api", scope="invoices:read"),
        error="invalid_scope",
    )


def test_tx_019_requested_token_type_may_be_left_out(world, alices_token):
    """Without a requested type the policy chooses it, and the answer names it."""
    assert world.exchange(alices_token).json()["issued_token_type"] == ACCESS_TOKEN


def test_tx_020_unsupported_requested_token_type(world, alices_token):
    """An unsupported requested type is refused by the name of the parameter."""
    answer = world.refuses(alices_token, requested_token_type="urn:example:nope")
    assert "requested_token_type" in answer.json()["error_description"]
