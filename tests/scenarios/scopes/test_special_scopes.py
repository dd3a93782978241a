"""Section H: scopes that try to be more than they are, and what is told and denied."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SCOPES = ["read", "write", "orders:read", "orders:write", "invoices:read"]


@pytest.mark.parametrize("asked", ["read:all", "rea", "read/", "read/..", "re", "orders", "orders:*", "*", "__all__"])
def test_h13_prefix_tricks(world, asked):
    """A scope is one word: no prefix, no wildcard, no path of a permitted one is permitted with it."""
    world.policy()
    token = world.login_token(scope="read orders:read")
    world.refuses(token, error="invalid_scope", scope=asked)


def test_h15_openid(world, openid_login):
    """`openid` is granted only where subject token and policy have it, and yields no ID token that nobody asked."""
    target = world.make_target("sso-api", scopes=["read", "openid"])
    world.policy(targets=[target], scopes=["read", "openid"])
    without = world.login_token(scope="read")
    world.refuses(without, error="invalid_scope", scope="openid")
    answer = world.exchange(openid_login["access_token"], scope="openid")
    assert answer.json()["scope"] == "openid"
    assert "id_token" not in answer.json()


def test_h15_openid_without_the_policy(world, openid_login):
    """`openid` is refused where the policy does not list it, and not carried over where none is asked."""
    world.policy(targets=[world.make_target("sso-api", scopes=["read", "openid"])])
    world.refuses(openid_login["access_token"], error="invalid_scope", scope="openid")
    assert world.granted(openid_login["access_token"]) == {"read"}


def test_h16_denied_scope(world):
    """A deny policy for a scope wins over the permit that grants it, and takes it from what is given unasked."""
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
def test_h19_scope_is_always_told(world, asked):
    """The answer's scope is exactly what the token has, always, also where it is what was asked."""
    world.policy(scopes=["read", "write"])
    answer = world.exchange(world.login_token(), **({"scope": asked} if asked else {}))
    told = world.introspect(answer.json()["access_token"])["scope"]
    assert set(answer.json()["scope"].split()) == set(told.split()) == set((asked or "read write").split())


def test_h19_narrowed_scope_is_told(world):
    """Where the policy narrows instead of refusing, the answer tells what is left, and nothing left is refused."""
    world.policy(scopes=["read"], narrows_scope=True)
    token = world.login_token(scope="read write")
    assert world.granted(token, scope="read write nonsense") == {"read"}
    world.refuses(token, error="invalid_scope", scope="write")


def test_h21_introspection_is_not_inherited(world):
    """The toolkit's scope for resource servers is not inherited: only a policy that lists it grants it."""
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
    """Whatever is asked, held, permitted and understood: what is granted is in all of them."""
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
