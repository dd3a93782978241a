"""Section I: a token is valid for the requested targets, which are named by audience or resource."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.scenario("INV-6")

BACK = "https://back-api.example/"
INVOICES = "https://invoices-api.example/"


@pytest.fixture
def both_targets(world):
    """Return a token that a policy lets the client exchange for either target."""
    world.policy(targets=[world.target, world.other_target], scopes=["read"])
    return world.login_token(scope="read")


def audience_of(world, answer):
    """Return the `aud` in the introspection of the token in an answer."""
    assert answer.status_code == 200, answer.content
    return world.introspect(answer.json()["access_token"])["aud"]


def test_i01_the_audience_is_exactly_the_target(world, alices_token):
    """A token for one target has its name and its resource URIs as audience, and no others."""
    assert audience_of(world, world.exchange(alices_token, audience="back-api")) == ["back-api", BACK]


def test_i02_none_asked_is_the_policys_only_target(world, alices_token):
    """Without audience and resource, the token is for the only target of the policy."""
    assert audience_of(world, world.exchange(alices_token)) == ["back-api", BACK]


def test_i02_none_asked_of_several_targets(world, both_targets):
    """Without audience and resource, a request under a policy with several targets is refused."""
    world.refused(
        lambda: world.exchange(both_targets, audience="back-api"),
        lambda: world.exchange(both_targets),
        error="invalid_target",
        reason="not_permitted_by_any_policy",
    )


@pytest.mark.parametrize("parameter", ["audience", "resource"])
def test_i03_unknown_target(world, alices_token, parameter):
    """An unknown name or URI is refused, and the record says that it is unknown."""
    world.refuses(alices_token, error="invalid_target", reason="target_unknown", **{parameter: "https://nope.example/"})


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("audience", "Back-API"),
        ("audience", "back-api "),
        ("audience", "back"),
        ("audience", BACK),
        ("resource", "https://BACK-API.example/"),
        ("resource", "https://back-api.example"),
        ("resource", "https://back-api.example:443/"),
        ("resource", "http://back-api.example/"),
        ("resource", f"{BACK}orders"),
        ("resource", f"{BACK}?all=1"),
    ],
)
def test_i03_almost_a_known_target(world, alices_token, parameter, value):
    """Names and URIs are compared exactly, without trimming, folding, completion or prefixes."""
    world.refuses(alices_token, error="invalid_target", **{parameter: value})


def test_i05_target_not_in_the_policy_for_this_subject(world):
    """A target that a policy permits for Bob is refused for Alice."""
    world.policy(subject_kind="listed_users", lists={"subject_users": [world.alice]})
    world.policy(targets=[world.other_target], subject_kind="listed_users", lists={"subject_users": [world.bob]})
    alices, bobs = world.login_token(), world.login_token(world.bob)
    world.refused(
        lambda: world.exchange(bobs, audience="invoices-api"),
        lambda: world.exchange(alices, audience="invoices-api"),
        error="invalid_target",
    )


def test_i06_target_beyond_the_subjects_audience(world, alices_token):
    """A token for one target is exchanged for another target only if a policy lists that one."""
    front_api = world.make_target("front-api", owner=world.front)
    meant_for_front = world.login_token(resource=front_api.resources[0])
    assert audience_of(world, world.exchange(meant_for_front, audience="back-api")) == ["back-api", BACK]
    world.refuses(meant_for_front, error="invalid_target", audience="invoices-api")


@pytest.mark.parametrize(
    ("audiences", "reason"),
    [
        (["back-api", " "], "target_malformed"),
        (["back-api", "back-api"], "target_repeated"),
        (["back-api", "nope"], "target_unknown"),
        (["nope", "back-api"], "target_unknown"),
    ],
)
def test_i07_blank_repeated_or_mixed(world, both_targets, audiences, reason):
    """One wrong name among right ones refuses the whole request."""
    world.refused(
        lambda: world.exchange(both_targets, audience=["back-api", "invoices-api"]),
        lambda: world.exchange(both_targets, audience=audiences),
        error="invalid_target",
        reason=reason,
    )


def test_i07_known_and_forbidden(world, alices_token):
    """A target of another policy among permitted ones refuses the whole request."""
    world.refuses(alices_token, error="invalid_target", audience=["back-api", "invoices-api"])


def test_i07_an_empty_value_was_not_sent(world, alices_token):
    """An empty `audience` counts as absent (RFC 6749 §3.2)."""
    assert audience_of(world, world.exchange(alices_token, audience=["", "back-api"])) == ["back-api", BACK]


def test_i08_audience_and_resource_both_count(world, both_targets):
    """A token for an audience and a resource is valid for both, in this order."""
    answer = world.exchange(both_targets, audience="invoices-api", resource=BACK)
    assert sorted(audience_of(world, answer)) == sorted(["invoices-api", INVOICES, "back-api", BACK])


def test_i08_a_resource_opens_itself_alone(world):
    """A token for one resource of a target is not valid for its other resources."""
    parts = ["https://parts.example/a", "https://parts.example/b"]
    world.policy(targets=[world.make_target("parts", resources=parts)])
    token = world.login_token()
    assert audience_of(world, world.exchange(token, resource=parts[1])) == ["parts", parts[1]]
    assert audience_of(world, world.exchange(token, audience="parts")) == ["parts", *parts]
