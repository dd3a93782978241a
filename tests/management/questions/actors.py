"""Describe exchanges with actor tokens, and with subject tokens that already name actors."""

from __future__ import annotations

from tests.management.questions.question import ALICE, HELD, Question, plain
from tests.worlds.help_desk import HelpDesk


def impersonation(world):
    """Exchange without an actor, where the policy allows that."""
    world.policy(ways=["without_actor"])
    return plain(world)


def other_way(world):
    """Exchange without an actor, where the policy requires delegation."""
    world.policy(ways=["delegation"], lists={"actor_users": [world.bob]})
    return plain(world)


def _help_desk(world, desk, options="", actor=None):
    token = desk.subject_token()
    options = f"--client desk {ALICE} {HELD} {options}"
    return Question(token, options, client=desk.client, actor_token=actor or desk.actor_token())


def delegation(world):
    """Bob acts for Alice by an actor token."""
    return _help_desk(world, HelpDesk(world), "--actor-user bob --actor-scope read write")


def delegation_with_less(world):
    """Request a scope that the actor token lacks."""
    desk = HelpDesk(world)
    question = _help_desk(
        world, desk, "--actor-user bob --actor-scope write --scope read", desk.actor_token(scope="write")
    )
    question.form["scope"] = "read"
    return question


def delegation_to_nobody_named(world):
    """Present an actor whom the policy does not name."""
    desk = HelpDesk(world, lists={"actor_users": [world.alice]})
    return _help_desk(world, desk, "--actor-user bob --actor-scope read write")


def delegation_to_oneself(world):
    """Let Alice act for Alice."""
    desk = HelpDesk(world, lists={"actor_users": [world.alice]})
    actor = desk.actor_token(world.alice)
    return _help_desk(world, desk, "--actor-user alice --actor-scope read write", actor)


def delegation_to_a_client(world):
    """The calling client acts by a token of its own."""
    world.policy(ways=["delegation"], lists={"actor_clients": [world.front]})
    question = plain(world, "--actor-client front --actor-scope read write")
    question.form["actor_token"] = world.client_token()
    return question


def actor_token_of_another_client(world):
    """Present an actor token that was issued to another client."""
    world.policy(ways=["delegation"], lists={"actor_clients": [world.agent]})
    question = plain(world, "--actor-client agent --actor-scope read write")
    question.form["actor_token"] = world.client_token(world.agent)
    return question


def _second_hop(world, **policy):
    world.policy(max_lifetime=500)
    token = world.issued(world.login_token())
    HelpDesk(world).onward_policy(**policy)
    options = (
        f"--client back {ALICE.replace('spa', 'front')} --subject-scope read --lifetime 500 "
        "--subject-audience back-api --acting client:front"
    )
    return Question(token, options, client=world.back)


def second_hop(world):
    """Delegate a token that names an actor."""
    return _second_hop(world)


def second_hop_too_many(world):
    """Delegate a token that names an actor, where the policy allows one actor."""
    return _second_hop(world, max_chain_depth=1)


def second_hop_laundered(world):
    """Exchange a token that names an actor without an actor token."""
    return _second_hop(world, ways=["without_actor"])


def _with_may_act(world, client):
    world.policy(ways=["without_actor"], may_act=client)
    token = world.issued(world.login_token())
    HelpDesk(world).onward_policy()
    options = (
        f"--client back {ALICE.replace('spa', 'front')} --subject-scope read --lifetime 300 "
        f"--subject-audience back-api --may-act client:{client.client_id}"
    )
    return Question(token, options, client=world.back)


def named_in_may_act(world):
    """Present an actor token of the party in `may_act`."""
    return _with_may_act(world, world.back)


def not_named_in_may_act(world):
    """Present an actor token of another party than that in `may_act`."""
    return _with_may_act(world, world.agent)


PERMITTED = [impersonation, delegation, delegation_to_a_client, second_hop, named_in_may_act]
REFUSED = [
    other_way,
    delegation_with_less,
    delegation_to_nobody_named,
    delegation_to_oneself,
    actor_token_of_another_client,
    second_hop_too_many,
    second_hop_laundered,
    not_named_in_may_act,
]
