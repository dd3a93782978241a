"""Section J: the lifetime of a token never exceeds that of its parents, its policy and its targets."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone
from oauth2_provider.models import get_access_token_model

from token_exchange.toolkit.compat import fingerprint_of


@pytest.fixture
def clock():
    """Stop the clock at a whole second until the test moves it."""
    with time_machine.travel(timezone.now().replace(microsecond=0), tick=False) as clock:
        yield clock


def left(token, seconds):
    """Let a token expire in this many seconds."""
    rows = get_access_token_model().objects.filter(token_checksum=fingerprint_of(token))
    assert rows.update(expires=timezone.now() + timedelta(seconds=seconds)) == 1


def lifetime_of(answer):
    """Return the `expires_in` of an answer, after comparing it with the token's row."""
    assert answer.status_code == 200, answer.content
    row = get_access_token_model().objects.get(token_checksum=fingerprint_of(answer.json()["access_token"]))
    assert row.expires == timezone.now() + timedelta(seconds=answer.json()["expires_in"])
    return answer.json()["expires_in"]


@pytest.fixture
def actors_token(world):
    """Return the token of `front` itself, and create a policy by which it acts for users."""
    world.policy(ways=["delegation"], max_lifetime=3_600, lists={"actor_clients": [world.front]})
    return world.client_token()


def test_j01_not_longer_than_the_subject(world, clock):
    """A subject token with one minute left gives a token for at most one minute."""
    world.policy(max_lifetime=3_600)
    token = world.login_token()
    left(token, 60)
    assert lifetime_of(world.exchange(token)) == 60
    clock.shift(20)
    assert lifetime_of(world.exchange(token)) == 40


def test_j02_not_longer_than_the_actor(world, clock, actors_token):
    """An actor token with half a minute left gives a token for at most half a minute."""
    token = world.login_token()
    left(actors_token, 30)
    assert lifetime_of(world.exchange(token, actor_token=actors_token)) == 30


def test_j02_the_shorter_of_both(world, clock, actors_token):
    """The new token ends with the subject or actor token that expires first."""
    token = world.login_token()
    left(actors_token, 30)
    left(token, 20)
    assert lifetime_of(world.exchange(token, actor_token=actors_token)) == 20


def test_j03_not_longer_than_the_policy(world, clock):
    """The maximum lifetime of the policy limits the token."""
    world.policy(max_lifetime=300)
    assert lifetime_of(world.exchange(world.login_token())) == 300


def test_j03_not_beyond_the_end_of_the_policy(world, clock):
    """A token ends at the end of its policy at the latest."""
    world.policy(max_lifetime=300, ends=timezone.now() + timedelta(seconds=45))
    assert lifetime_of(world.exchange(world.login_token())) == 45


@pytest.mark.parametrize(("cap", "expected"), [(90, 90), (900, 300), (None, 300)])
def test_j03_not_longer_than_the_target(world, clock, cap, expected):
    """The maximum lifetime of the target limits the token, and never lengthens it."""
    world.policy(max_lifetime=300, targets=[world.make_target("brief", max_lifetime=cap)])
    assert lifetime_of(world.exchange(world.login_token())) == expected


def test_j03_of_several_targets_the_shortest(world, clock):
    """A token for two targets has the shorter of their maximum lifetimes."""
    brief = world.make_target("brief", max_lifetime=90)
    world.policy(max_lifetime=300, targets=[world.target, brief])
    assert lifetime_of(world.exchange(world.login_token(), audience=["back-api", "brief"])) == 90


@pytest.mark.parametrize("seconds", [30, 86_400])
def test_j04_the_toolkits_lifetime_is_not_used(world, clock, settings, seconds):
    """ACCESS_TOKEN_EXPIRE_SECONDS applies to the toolkit's own grants only."""
    world.policy(max_lifetime=120)
    token = world.login_token()
    settings.OAUTH2_PROVIDER = {**settings.OAUTH2_PROVIDER, "ACCESS_TOKEN_EXPIRE_SECONDS": seconds}
    assert lifetime_of(world.exchange(token)) == 120


@pytest.mark.parametrize(("remaining", "reason"), [(0.9, "not_permitted_by_any_policy"), (0, "token_expired")])
def test_j07_less_than_a_second_is_nothing(world, clock, remaining, reason):
    """A subject token with less than a second left is refused, because `expires_in` would be zero."""
    world.policy()
    good, ending = world.login_token(), world.login_token()
    left(ending, 1)
    assert lifetime_of(world.exchange(ending)) == 1
    left(ending, remaining)
    world.refused_but_for(good, ending, reason=reason)


def test_j07_an_actor_in_its_last_second(world, clock, actors_token):
    """An actor token with less than a second left is refused."""
    token, ending = world.login_token(), world.client_token()
    left(ending, 0.9)
    world.refused(
        lambda: world.exchange(token, actor_token=actors_token),
        lambda: world.exchange(token, actor_token=ending),
        error="invalid_request",
    )


@pytest.mark.parametrize("lifetime", [0, -1])
def test_j08_a_policy_without_a_life_to_give(world, lifetime):
    """A maximum lifetime of zero or less is refused, in a policy and in a target."""
    policy = world.policy()
    policy.max_lifetime = world.target.max_lifetime = lifetime
    for row in (policy, world.target):
        with pytest.raises(ValidationError) as refused:
            row.full_clean()
        assert set(refused.value.error_dict) == {"max_lifetime"}


def test_j08_a_target_without_a_life_to_give_gives_none(world):
    """A maximum lifetime of zero that was written past the form allows no token, instead of any."""
    world.policy(targets=[world.target, world.make_target("closed", max_lifetime=0)])
    token = world.login_token()
    world.refused(
        lambda: world.exchange(token, audience="back-api"),
        lambda: world.exchange(token, audience="closed"),
        error="invalid_request",
    )


def test_j09_ten_years_are_no_longer_than_the_policy(world, clock, settings):
    """The policy's maximum lifetime also limits a token from a subject token of ten years."""
    world.policy(max_lifetime=300)
    settings.OAUTH2_PROVIDER = {**settings.OAUTH2_PROVIDER, "ACCESS_TOKEN_EXPIRE_SECONDS": 10 * 365 * 86_400}
    assert lifetime_of(world.exchange(world.login_token())) == 300


def test_j09_no_chain_of_exchanges_lengthens_a_life(world, clock):
    """T16: a token that is exchanged again and again ends with the first one at the latest."""
    world.policy(max_lifetime=3_600)
    world.policy(client=world.agent, issued_to=[world.front], max_lifetime=3_600, max_chain_depth=2)
    token = world.login_token()
    left(token, 100)
    clock.shift(30)
    answer = world.exchange(token)
    assert lifetime_of(answer) == 70
    clock.shift(30)
    assert lifetime_of(world.exchange(answer.json()["access_token"], client=world.agent)) == 40


def test_an_expired_token_is_over_everywhere(world, clock):
    """An expired token is inactive at introspection and use, and is refused as subject token."""
    world.policy(max_lifetime=60)
    world.policy(client=world.agent, issued_to=[world.front], max_chain_depth=2)
    issued = world.issued(world.login_token())
    clock.shift(59)
    assert world.introspect(issued)["active"]
    assert world.exchange(issued, client=world.agent).status_code == 200
    clock.shift(1)
    assert world.introspect(issued) == {"active": False}
    assert world.exchange(issued, client=world.agent).json()["error"] == "invalid_request"
