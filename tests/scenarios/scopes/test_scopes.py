"""Section H: the scope of the new token never exceeds that of any of its inputs."""

from __future__ import annotations

import pytest

SCOPES = ["read", "write", "orders:read", "orders:write", "invoices:read"]


def test_h01_no_scope_asked(world):
    """Without a scope parameter, the scopes of the subject token that the policy permits are granted."""
    world.policy(scopes=["read", "write", "orders:read"])
    assert world.granted(world.login_token(scope="read write")) == {"read", "write"}


def test_h02_one_scope_asked(world):
    """A request for fewer scopes than are permitted gets exactly those."""
    world.policy(scopes=["read", "write"])
    assert world.granted(world.login_token(scope="read write"), scope="read") == {"read"}


@pytest.mark.parametrize(
    ("missing", "held", "permitted", "understood"),
    [
        pytest.param("subject", "read", ["read", "write"], ["read", "write"], id="H03-subject lacks it"),
        pytest.param("policy", "read write", ["read"], ["read", "write"], id="policy lacks it"),
        pytest.param("target", "read write", ["read", "write"], ["read"], id="target lacks it"),
    ],
)
def test_h03_scope_that_one_input_lacks(world, missing, held, permitted, understood):
    """A scope that subject token, policy or target lacks is refused, neither granted nor dropped."""
    target = world.make_target(f"{missing}-api", scopes=understood)
    world.policy(scopes=permitted, targets=[target])
    token = world.login_token(scope=held)
    for scope in ("write", "read write"):
        world.refused(
            lambda: world.exchange(token, scope="read"),
            lambda scope=scope: world.exchange(token, scope=scope),
            error="invalid_scope",
            reason="not_permitted_by_any_policy",
        )


def test_h03_scope_that_the_client_lacks(world, settings):
    """A scope that the site's scopes backend does not offer the calling client is refused."""
    settings.OAUTH2_PROVIDER = {
        **settings.OAUTH2_PROVIDER,
        "SCOPES_BACKEND_CLASS": "tests.scenarios.scopes.scopes_of_clients.ScopesOfClients",
    }
    world.policy(scopes=["read", "write"])
    token = world.login_token(scope="read write")
    world.refuses(token, error="invalid_scope", scope="write", reason="not_permitted_by_any_policy")
    assert world.granted(token) == {"read"}


def test_h03_unknown_scope(world, alices_token):
    """An unknown scope is refused."""
    world.refuses(alices_token, error="invalid_scope", scope="read nonsense")


def test_h06_default_scopes(world, settings):
    """The site's default scopes do not widen an exchange without a scope parameter."""
    settings.OAUTH2_PROVIDER = {**settings.OAUTH2_PROVIDER, "DEFAULT_SCOPES": SCOPES}
    world.policy(scopes=SCOPES)
    assert world.granted(world.login_token(scope="read")) == {"read"}


def test_h07_scope_asked_of_a_scopeless_subject(world, scopeless):
    """A scope is refused if the subject token has none."""
    world.policy()
    world.refused(
        lambda: world.exchange(scopeless, audience="back-api"),
        lambda: world.exchange(scopeless, audience="back-api", scope="read"),
        error="invalid_scope",
    )


def test_h08_no_scope_asked_of_a_scopeless_subject(world, scopeless):
    """A subject token without scope yields a token without scope, and the answer has an empty `scope`."""
    world.policy()
    answer = world.exchange(scopeless, audience="back-api")
    assert answer.json()["scope"] == ""
    assert world.introspect(answer.json()["access_token"])["scope"] == ""


def test_h08_policy_without_scopes(world):
    """A policy without scopes grants none."""
    world.policy(scopes=[])
    token = world.login_token()
    world.refuses(token, error="invalid_scope", scope="read")
    assert world.granted(token) == set()


def test_h08_target_without_scopes(world):
    """A target without scopes yields tokens without scope."""
    world.policy(targets=[world.make_target("mute-api", scopes=[])])
    token = world.login_token()
    world.refuses(token, error="invalid_scope", scope="read")
    assert world.granted(token) == set()


@pytest.mark.parametrize("limited", [True, False], ids=["limited", "not limited"])
def test_h10_actor_scopes(world, limited):
    """In a delegation only scopes of the actor token are granted, unless the policy does not require that."""
    world.policy(
        ways=["delegation"],
        lists={"actor_clients": [world.front]},
        scopes=["read", "write"],
        limited_to_actor_scopes=limited,
    )
    token, actor_token = world.login_token(scope="read write"), world.client_token(scope="read orders:read")
    both = {"read"} if limited else {"read", "write"}
    assert world.granted(token, actor_token=actor_token) == both
    if limited:
        world.refused(
            lambda: world.exchange(token, actor_token=actor_token, scope="read"),
            lambda: world.exchange(token, actor_token=actor_token, scope="write"),
            error="invalid_scope",
        )
