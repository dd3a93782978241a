"""Describe exchanges under several policies, and by several clients."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from tests.management.questions.question import ALICE, HELD, Question, plain


def denied(world):
    """A deny policy for the target."""
    world.policy()
    world.policy(effect="deny", targets=[world.target], scopes=[], issued_to=[], ways=[])
    return plain(world)


def denied_scope_asked_for(world):
    """Request a scope that a deny policy covers."""
    world.policy(scopes=["read", "write"])
    world.policy(effect="deny", subject_kind="anyone", scopes=["write"], issued_to=[], ways=[])
    return plain(world, "--scope write", scope="write")


def denied_scope_left_out(world):
    """Request no scope, where a deny policy covers one."""
    world.policy(scopes=["read", "write"])
    world.policy(effect="deny", subject_kind="anyone", scopes=["write"], issued_to=[], ways=[])
    return plain(world)


def second_policy_permits(world):
    """The first policy refuses, the second permits."""
    world.policy(scopes=["orders:read"], position=1)
    world.policy(position=2)
    return plain(world, "--scope read", scope="read")


def two_policies_refuse(world):
    """Two policies refuse, the second of them only at the scope."""
    world.policy(ends=timezone.now() - timedelta(days=1), position=1)
    world.policy(position=2)
    world.policy(issued_to=[], position=3)
    return plain(world, "--scope write", scope="write")


def report_only(world):
    """Request under a report-only policy that would permit."""
    world.policy(report_only=True)
    return plain(world)


def disabled_policy(world):
    """Request under a disabled policy."""
    world.policy(enabled=False)
    return plain(world)


def ended_policy(world):
    """Request under a policy whose period has ended."""
    world.policy(ends=timezone.now() - timedelta(days=1))
    return plain(world)


def ending_policy(world):
    """Request under a policy that ends before the token would."""
    world.policy(ends=timezone.now() + timedelta(seconds=100))
    return plain(world)


def policy_of_another_client(world):
    """Request by a client without a policy."""
    world.policy()
    return Question(world.login_token(), f"--client agent {ALICE} {HELD}", client=world.agent)


def public_client(world):
    """Request by a public client."""
    client = world.client("public", client_type="public")
    world.policy(client=client)
    return Question(world.login_token(), f"--client public {ALICE} {HELD}", client=client)


PERMITTED = [denied_scope_left_out, second_policy_permits, ending_policy]
REFUSED = [
    denied,
    denied_scope_asked_for,
    report_only,
    two_policies_refuse,
    disabled_policy,
    ended_policy,
    policy_of_another_client,
    public_client,
]
