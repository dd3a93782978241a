"""Describe exchanges with several subjects, whose tokens were issued to several clients."""

from __future__ import annotations

from django.contrib.auth.models import Group

from tests.management.questions.question import ALICE, HELD, Question, plain


def token_of_another_client(world):
    """A token issued to a client that the policy does not name."""
    world.policy(issued_to=[])
    return plain(world)


def token_meant_for_the_caller(world):
    """A token issued to a client that the policy does not name, for a target that the caller owns."""
    world.target.owner = world.front
    world.target.save()
    world.policy(issued_to=[], targets=[world.other_target])
    token = world.login_token(resource="https://back-api.example/")
    return Question(token, f"--client front {ALICE} {HELD} --subject-audience back-api")


def listed_subject(world):
    """A subject who is on the list."""
    world.policy(subject_kind="listed_users", lists={"subject_users": [world.alice]})
    return plain(world)


def unlisted_subject(world):
    """A subject who is not on the list."""
    world.policy(subject_kind="listed_users", lists={"subject_users": [world.bob]})
    return plain(world)


def subject_in_a_group(world):
    """A subject whose group is on the list."""
    group = Group.objects.create(name="customers")
    world.alice.groups.add(group)
    world.policy(subject_kind="listed_users", lists={"subject_groups": [group]})
    return plain(world)


def staff(world):
    """A subject who is staff, under a policy that does not say so."""
    world.policy()
    token = world.login_token()
    type(world.alice).objects.filter(pk=world.alice.pk).update(is_staff=True)
    return Question(token, f"--client front {ALICE} {HELD}")


def inactive_subject(world):
    """A subject who has been deactivated."""
    world.policy()
    token = world.login_token()
    type(world.alice).objects.filter(pk=world.alice.pk).update(is_active=False)
    return Question(token, f"--client front {ALICE} {HELD}")


def client_as_subject(world):
    """Exchange a client's own token."""
    world.policy(ways=["same_subject"], subject_kind="clients", issued_to=[])
    return Question(world.client_token(), f"--client front --subject-client front {HELD}")


def client_where_users_are_meant(world):
    """A client's token under a policy for users."""
    world.policy(ways=["same_subject"])
    return Question(world.client_token(), f"--client front --subject-client front {HELD}")


PERMITTED = [token_meant_for_the_caller, listed_subject, subject_in_a_group, client_as_subject]
REFUSED = [token_of_another_client, unlisted_subject, staff, inactive_subject, client_where_users_are_meant]
