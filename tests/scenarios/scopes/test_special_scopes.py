"""Section H: scopes are compared as whole words, special scopes need a policy, and the answer states the scope."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SCOPES = ["read", "write", "orders:read", "orders:write", "invoices:read"]


@pytest.mark.parametrize("asked", ["read:all", "rea", "read/", "read/..", "re", "orders", "orders:*", "*", "__all__"])
def test_h13_prefix_tricks(world, asked):
    """A prefix, a wildcard or a path of a permitted scope is not permitted with it."""
    world.policy()
    token = world.login_token(scope="read orders:read")
    world.refuses(token, error="invalid_scope", scope=asked)


def test_h15_openid(world, openid_login):
    """`openid` is granted only if subject token and policy have it, and no ID token is issued with it."""
    target = world.make_target("sso-api", scopes=["read", "openid"])
    world.policy(targets=[target], scopes=["read", "openid"])
    without = world.login_token(scope="read")
    world.refuses(without, error="invalid_scope", scope="openid")
    answer = world.exchange(openid_login["access_token"], scope="openid")
    assert answer.json()["scope"] == "openid"
    assert "id_token" not in answer.json()


def test_h15_openid_without_the_policy(world, openid_login):
    """`openid` is refused if the policy does not list it, and not granted by default."""
    world.policy(targets=[world.make_target("sso-api", scopes=["read", "openid"])])
    world.refuses(openid_login["access_token"], error="invalid_scope", scope="openid")
    assert world.granted(openid_login["access_token"]) == {"read"}


def test_h16_denied_scope(world):
    """A deny policy for a scope overrides the permit, and removes the scope from a default grant."""
    world.policy(scopes=["read", "write"])
    world.policy(effect="deny", scopes=["write"], subject_kind="anyone", name="nobody writes")
    token = world.login_token(scope="read write")
    for scope in ("write", "read write"):
        world.refused(
            lambda: world.exchange(token, scope="read"),
            lambda scope=scope: world.exchange(token, scope=scope),
            error="invalid_scope",
            reason="denied_by_policy",
        )
    assert world.granted(token) == {"read"}


@pytest.mark.parametrize("asked", [None, "read", "write read", "read read"])
def test_h19_the_answer_always_has_the_scope(world, asked):
    """The `scope` of the answer is that of the token, also if it was requested."""
    world.policy(scopes=["read", "write"])
    answer = world.exchange(world.login_token(), **({"scope": asked} if asked else {}))
    told = world.introspect(answer.json()["access_token"])["scope"]
    assert set(answer.json()["scope"].split()) == set(told.split()) == set((asked or "read write").split())


def test_h19_the_answer_has_the_narrowed_scope(world):
    """If the policy narrows the scope, the answer contains the rest; if nothing is left, the request is refused."""
    world.policy(scopes=["read"], narrows_scope=True)
    token = world.login_token(scope="read write")
    assert world.granted(token, scope="read write nonsense") == {"read"}
    world.refuses(token, error="invalid_scope", scope="write")


def test_h21_introspection_is_not_inherited(world):
    """The scope `introspection` is granted only by a policy that lists it."""
    target = world.make_target("inspector", scopes=["read", "introspection"])
    world.policy(targets=[target])
    token = world.login_token(scope="read introspection")
    assert world.granted(token) == {"read"}
    world.refuses(token, error="invalid_scope", scope="introspection")
    world.policy(targets=[target], scopes=["introspection"])
    assert world.granted(token, scope="introspection") == {"introspection"}


some_scopes = st.sets(st.sampled_from(SCOPES))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    asked=some_scopes,
    held=some_scopes.filter(bool),
    permitted=some_scopes,
    understood=some_scopes,
    narrows=st.booleans(),
)
def test_h23_never_more_than_any_input(world, asked, held, permitted, understood, narrows):
    """The granted scopes are always among the requested, the held, the permitted and the target's."""
    world.other_target.scopes = sorted(understood)
    world.other_target.save()
    policy = world.policy(targets=[world.other_target], scopes=sorted(permitted), narrows_scope=narrows)
    answer = world.exchange(world.login_token(scope=" ".join(held)), scope=" ".join(asked))
    ceiling = held & permitted & understood
    if answer.status_code == 200:
        assert set(answer.json()["scope"].split()) == (asked & ceiling if asked else ceiling)
        assert narrows or asked <= ceiling
    else:
        assert answer.json()["error"] == "invalid_scope"
        assert asked
        assert not asked <= ceiling
    policy.delete()
