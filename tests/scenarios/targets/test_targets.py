"""Section I: where an issued token may be used, and how a target is named."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.scenario("INV-6")

BACK = "https://back-api.example/"
INVOICES = "https://invoices-api.example/"


@pytest.fixture
def both_targets(world):
    """A policy for both targets, and a token that may be traded for either."""
    world.policy(targets=[world.target, world.other_target], scopes=["read"])
    return world.login_token(scope="read")


def audience_of(world, answer):
    """The `aud` that introspection shows for the token of an answer."""
    assert answer.status_code == 200, answer.content
    return world.introspect(answer.json()["access_token"])["aud"]


def test_i01_the_audience_is_exactly_the_target(world, alices_token):
    """A token for one target names that target and its resources, and nothing else."""
    assert audience_of(world, world.exchange(alices_token, audience="back-api")) == ["back-api", BACK]


def test_i02_none_asked_is_the_policys_only_target(world, alices_token):
    """Without audience and resource the policy's only target is taken."""
    assert audience_of(world, world.exchange(alices_token)) == ["back-api", BACK]


def test_i02_none_asked_of_several_targets(world, both_targets):
    """With several targets there is no default, not the first and not all."""
    world.refused(
        lambda: world.exchange(both_targets, audience="back-api"),
        lambda: world.exchange(both_targets),
        error="invalid_target",
        reason="not_permitted_by_any_policy",
    )


@pytest.mark.parametrize("parameter", ["audience", "resource"])
def test_i03_unknown_target(world, alices_token, parameter):
    """A name or URI that no target has is refused, and the record says that it was unknown."""
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
    """Names and URIs are compared letter by letter: nothing is trimmed, folded, completed or taken as a prefix."""
    world.refuses(alices_token, error="invalid_target", **{parameter: value})


def test_i05_target_not_in_the_policy_for_this_subject(world):
    """A target that the client may use for Bob is not a target for Alice."""
    world.policy(subject_kind="listed_users", lists={"subject_users": [world.alice]})
    world.policy(targets=[world.other_target], subject_kind="listed_users", lists={"subject_users": [world.bob]})
    alices, bobs = world.login_token(), world.login_token(world.bob)
    world.refused(
        lambda: world.exchange(bobs, audience="invoices-api"),
        lambda: world.exchange(alices, audience="invoices-api"),
        error="invalid_target",
    )


def test_i06_target_beyond_the_subjects_audience(world, alices_token):
    """A token that was issued for one target opens another one only if a policy names that one."""
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
    """One wrong name among right ones refuses the whole request; nothing is granted in part."""
    world.refused(
        lambda: world.exchange(both_targets, audience=["back-api", "invoices-api"]),
        lambda: world.exchange(both_targets, audience=audiences),
        error="invalid_target",
        reason=reason,
    )


def test_i07_known_and_forbidden(world, alices_token):
    """A target of another policy among the right ones refuses the whole request."""
    world.refuses(alices_token, error="invalid_target", audience=["back-api", "invoices-api"])


def test_i07_an_empty_value_was_not_sent(world, alices_token):
    """RFC 6749 §3.2: `audience=` is as if it were absent, and so adds nothing and forbids nothing."""
    assert audience_of(world, world.exchange(alices_token, audience=["", "back-api"])) == ["back-api", BACK]


def test_i08_audience_and_resource_both_count(world, both_targets):
    """Both are in the token, in the order asked: audiences first."""
    answer = world.exchange(both_targets, audience="invoices-api", resource=BACK)
    assert sorted(audience_of(world, answer)) == sorted(["invoices-api", INVOICES, "back-api", BACK])


def test_i08_a_resource_opens_itself_alone(world):
    """Of a target with several resources, the token opens the one that was asked for."""
    parts = ["https://parts.example/a", "https://parts.example/b"]
    world.policy(targets=[world.make_target("parts", resources=parts)])
    token = world.login_token()
    assert audience_of(world, world.exchange(token, resource=parts[1])) == ["parts", parts[1]]
    assert audience_of(world, world.exchange(token, audience="parts")) == ["parts", *parts]
