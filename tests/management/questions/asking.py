"""Describe requests for scopes, targets and token types."""

from __future__ import annotations

from tests.management.questions.question import plain


def permitted(world):
    """Make an ordinary request under one policy."""
    world.policy()
    return plain(world)


def scope_asked(world):
    """Request a scope that the policy grants."""
    world.policy()
    return plain(world, "--scope read", scope="read")


def wider_scope(world):
    """Request a scope that the policy does not grant."""
    world.policy()
    return plain(world, "--scope read write", scope="read write")


def scope_not_held(world):
    """Request a scope that the subject token lacks."""
    world.policy()
    return plain(world, "--scope orders:read", scope="orders:read")


def narrowed_scope(world):
    """Request a wider scope under a policy that narrows."""
    world.policy(narrows_scope=True)
    return plain(world, "--scope read write", scope="read write")


def malformed_scope(world):
    """Request a scope that the parser refuses."""
    world.policy()
    return plain(world, '--scope "read\\""', scope='read"')


def target_named(world):
    """Name the policy's target by its audience."""
    world.policy()
    return plain(world, "--audience back-api", audience="back-api")


def target_by_resource(world):
    """Name the policy's target by its URI."""
    world.policy()
    return plain(world, "--resource https://back-api.example/", resource="https://back-api.example/")


def forbidden_target(world):
    """Name a target that no policy of this client lists."""
    world.policy()
    return plain(world, "--audience invoices-api", audience="invoices-api")


def unknown_target(world):
    """Name an unknown target."""
    world.policy()
    return plain(world, "--audience nowhere", audience="nowhere")


def disabled_target(world):
    """Name a disabled target."""
    world.policy()
    world.target.enabled = False
    world.target.save()
    return plain(world, "--audience back-api", audience="back-api")


def malformed_resource(world):
    """Send a malformed resource URI."""
    world.policy()
    return plain(world, "--resource back-api", resource="back-api")


def target_left_out(world):
    """Name no target, where the policy has two."""
    world.policy(targets=[world.target, world.other_target])
    return plain(world)


def other_token_type(world):
    """Request a token type that the policy does not issue."""
    world.policy()
    wanted = "urn:ietf:params:oauth:token-type:refresh_token"
    return plain(world, f"--requested-token-type {wanted}", requested_token_type=wanted)


PERMITTED = [permitted, scope_asked, narrowed_scope, target_named, target_by_resource]
REFUSED = [
    wider_scope,
    scope_not_held,
    malformed_scope,
    forbidden_target,
    unknown_target,
    disabled_target,
    malformed_resource,
    target_left_out,
    other_token_type,
]
