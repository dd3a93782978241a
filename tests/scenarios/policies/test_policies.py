"""Section M: the first policy that permits the whole exchange decides it, unless a deny policy applies."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from token_exchange.models import ExchangePolicy, ExchangeRecord

FOREVER = timedelta(days=1)


def switched_off(policy, how):
    """Make a policy inactive: disabled, ended, not begun, or report only."""
    match how:
        case "disabled":
            policy.enabled = False
        case "over":
            policy.ends = timezone.now() - timedelta(seconds=1)
        case "not yet":
            policy.begins = timezone.now() + FOREVER
        case "report only":
            policy.report_only = True
    policy.save()


WAYS_OUT = ["disabled", "over", "not yet", "report only"]


def test_m01_no_policy(world, alices_token):
    """A client that no policy names cannot exchange any token."""
    for presented in (alices_token, "no-token-at-all"):
        world.refused(
            lambda: world.exchange(alices_token),
            lambda presented=presented: world.exchange(presented, client=world.agent),
            error="unauthorized_client",
            reason="client_has_no_policy",
        )


def test_m01_no_policy_that_fits(world, alices_token):
    """A client cannot exchange what its policies do not cover."""
    world.refused_but_for(alices_token, world.client_token(world.agent), reason="not_permitted_by_any_policy")


def test_m02_a_denial_of_everything(world, alices_token):
    """A deny policy without any condition denies everything, until it is deleted."""
    assert world.exchange(alices_token).status_code == 200
    forbidding = world.policy(effect="deny", scopes=[], subject_kind="anyone")
    before = world.counts()
    answer = world.exchange(alices_token)
    world.assert_refusal(answer, before, error="invalid_request", reason="denied_by_policy")
    forbidding.delete()
    assert world.exchange(alices_token).status_code == 200


@pytest.mark.parametrize(("special", "general", "lifetime"), [(1, 2, 60), (2, 1, 600), (1, 1, 60)])
def test_m03_the_first_policy_wins(world, special, general, lifetime):
    """The policy with the lowest position decides, not the most specific; of equal positions, the older policy."""
    listed = {"subject_users": [world.alice]}
    world.policy(position=special, max_lifetime=60, subject_kind="listed_users", lists=listed)
    world.policy(position=general, max_lifetime=600)
    assert world.exchange(world.login_token()).json()["expires_in"] == lifetime


def test_m03_the_first_that_allows_all_of_it(world):
    """A policy that allows only part of a request is passed over; the next that allows all of it decides."""
    world.policy(position=1, max_lifetime=60, scopes=["read"])
    world.policy(position=2, max_lifetime=90, scopes=["read", "write"])
    token = world.login_token()
    assert world.exchange(token, scope="read").json()["expires_in"] == 60
    assert world.exchange(token, scope="read write").json()["expires_in"] == 90


def test_m03_two_policies_are_never_merged(world):
    """A request that two policies allow only together is refused."""
    world.policy(scopes=["read"])
    world.policy(scopes=["write"])
    token = world.login_token()
    world.refused(
        lambda: world.exchange(token, scope="write"),
        lambda: world.exchange(token, scope="read write"),
        error="invalid_scope",
        reason="not_permitted_by_any_policy",
    )


@pytest.mark.parametrize(("permit", "deny"), [(1, 1), (1, 2), (2, 1)])
def test_m04_deny_wins(world, permit, deny):
    """A deny policy overrides a permit before, after or at its own position."""
    alices, bobs = world.login_token(), world.login_token(world.bob)
    world.policy(position=permit)
    bob = {"subject_users": [world.bob]}
    world.policy(position=deny, effect="deny", scopes=[], subject_kind="listed_users", lists=bob)
    world.refused_but_for(alices, bobs, reason="denied_by_policy")


@pytest.mark.parametrize("how", WAYS_OUT)
def test_m06_an_inactive_permit(world, how):
    """A permit that is disabled, ended, not begun or report only permits nothing."""
    alices, bobs = world.login_token(), world.login_token(world.bob)
    bob, alice = {"subject_users": [world.bob]}, {"subject_users": [world.alice]}
    world.policy(subject_kind="listed_users", lists=alice)
    policy = world.policy(subject_kind="listed_users", lists=bob)
    assert world.exchange(bobs).status_code == 200
    switched_off(policy, how)
    world.refused_but_for(alices, bobs, reason="not_permitted_by_any_policy")


def test_m06_the_only_permit_disabled(world, alices_token):
    """A client whose only policy is disabled is refused like a client without a policy."""
    assert world.exchange(alices_token).status_code == 200
    ExchangePolicy.objects.update(enabled=False)
    before = world.counts()
    world.assert_refusal(world.exchange(alices_token), before, error="unauthorized_client")


@pytest.mark.parametrize("how", WAYS_OUT)
def test_m06_an_inactive_denial(world, alices_token, how):
    """A deny policy that is disabled, ended, not begun or report only denies nothing."""
    policy = world.policy(effect="deny", scopes=[], subject_kind="anyone")
    before = world.counts()
    world.assert_refusal(world.exchange(alices_token), before, error="invalid_request", reason="denied_by_policy")
    switched_off(policy, how)
    assert world.exchange(alices_token).status_code == 200


def test_m06_to_the_second(world):
    """A policy applies from its begin until just before its end, which its tokens do not outlast."""
    start = timezone.now().replace(microsecond=0)
    with time_machine.travel(start, tick=False) as clock:
        token = world.login_token()
        world.policy(begins=start + timedelta(seconds=10), ends=start + timedelta(seconds=20))
        clock.shift(9)
        assert world.exchange(token).json()["error"] == "invalid_request"
        clock.shift(1)
        assert world.exchange(token).json()["expires_in"] == 10
        clock.shift(9)
        assert world.exchange(token).json()["expires_in"] == 1
        clock.shift(1)
        assert world.exchange(token).json()["error"] == "invalid_request"


def test_m06_report_only_is_recorded(world, alices_token):
    """The record shows the result of a report-only policy, which did not affect the decision."""
    world.policy(name="trial", effect="deny", scopes=[], subject_kind="anyone", report_only=True)
    assert world.exchange(alices_token).status_code == 200
    trial = next(trial for trial in ExchangeRecord.objects.latest("pk").trace if trial["name"] == "trial")
    assert (trial["report_only"], trial["passed"]) == (True, True)


def test_m06_a_disabled_target_narrows_a_denial_as_before(world, alices_token):
    """A deny policy for one target does not cover other targets after that one is disabled."""
    world.policy(effect="deny", scopes=[], subject_kind="anyone", targets=[world.other_target])
    assert world.exchange(alices_token).status_code == 200
    world.other_target.enabled = False
    world.other_target.save()
    assert world.exchange(alices_token).status_code == 200


def test_m22_a_denial_takes_scopes_away(world):
    """A deny policy for a scope removes it from a default grant, and refuses it if requested."""
    world.policy(scopes=["read", "write"])
    token = world.login_token()
    assert world.granted(token) == {"read", "write"}
    world.policy(effect="deny", scopes=["write"], subject_kind="anyone")
    assert world.granted(token) == {"read"}
    world.refuses(token, error="invalid_scope", reason="denied_by_policy", scope="read write")


def test_a_deny_policy_for_other_scopes_does_not_apply(world, alices_token):
    """The trace of a deny policy says if its scopes were requested."""
    world.policy(effect="deny", scopes=["write"], issued_to=[], ways=[], name="no writing")
    assert world.exchange(alices_token, scope="read").status_code == 200
    assert world.exchange(alices_token, scope="read write").status_code == 400
    missed, met = (
        next(trial for trial in record.trace if trial["name"] == "no writing")
        for record in ExchangeRecord.objects.order_by("pk")
    )
    assert (missed["passed"], met["passed"]) == (False, True)
    assert [rule["rule"] for rule in missed["rules"] if not rule["passed"]] == ["scope"]
    assert missed["rules"][-1] == {"rule": "scope", "passed": False, "asked": ["read"], "allowed": ["write"]}
