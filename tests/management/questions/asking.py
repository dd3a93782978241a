"""What is asked for: scopes, targets, token types."""

from __future__ import annotations

from tests.management.questions.question import plain


def permitted(world):
    """One ordinary policy."""
    world.policy()
    return plain(world)


def scope_asked(world):
    """A scope that the policy grants."""
    world.policy()
    return plain(world, "--scope read", scope="read")


def wider_scope(world):
    """A scope that the policy does not grant."""
    world.policy()
    return plain(world, "--scope read write", scope="read write")


def scope_not_held(world):
    """A scope that the subject token lacks."""
    world.policy()
    return plain(world, "--scope orders:read", scope="orders:read")


def narrowed_scope(world):
    """A wider scope under a policy that narrows."""
    world.policy(narrows_scope=True)
    return plain(world, "--scope read write", scope="read write")


def malformed_scope(world):
    """A scope that no parser takes."""
    world.policy()
    return plain(world, '--scope "read\\""', scope='read"')


def target_named(world):
    """The policy's target by name."""
    world.policy()
    return plain(world, "--audience back-api", audience="back-api")


def target_by_resource(world):
    """The policy's target by URI."""
    world.policy()
    return plain(world, "--resource https://back-api.example/", resource="https://back-api.example/")


def forbidden_target(world):
    """A target of no policy of this client."""
    world.policy()
    return plain(world, "--audience invoices-api", audience="invoices-api")


def unknown_target(world):
    """A target that nobody registered."""
    world.policy()
    return plain(world, "--audience nowhere", audience="nowhere")


def disabled_target(world):
    """A target that has been switched off."""
    world.policy()
    world.target.enabled = False
    world.target.save()
    return plain(world, "--audience back-api", audience="back-api")


def malformed_resource(world):
    """A URI that is none."""
    world.policy()
    return plain(world, "--resource back-api", resource="back-api")


def target_left_out(world):
    """No target, where the policy has two."""
    world.policy(targets=[world.target, world.other_target])
    return plain(world)


def other_token_type(world):
    """A token type that the policy does not issue."""
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
