"""Write the groups of the demo, one impersonation permission, and the right to approve."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission

from demo_project.cast import AUDIENCE, CUSTOMERS, DAVE, DESK, GROUPS, SUPPORT, Person
from demo_project.policies import NOTES, application_of
from token_exchange.models import ImpersonationPermission, Target


def seed_permissions() -> None:
    """Let support act for customers: by ticket, with a reason, and with the approval of another user."""
    for name, members in GROUPS.items():
        _group(name).user_set.set(_users(members))
    _group(SUPPORT).permissions.set([Permission.objects.get(codename="view_user")])  # to find whom to act as
    approving = Permission.objects.get(codename="approve_impersonationticket")
    for supervisor in _users([DAVE]):
        supervisor.user_permissions.set([approving])
    permission, _created = ImpersonationPermission.objects.update_or_create(
        name="Support reads orders of customers",
        defaults={
            "description": NOTES,
            "enabled": True,
            "methods": ["ticket"],
            "privileged_subjects": False,
            "scopes": ["orders:read"],
            "reason_required": True,
            "approval_required": True,
            "notifies_subject": True,
            "copied_claims": ["reason"],
        },
    )
    permission.actor_groups.set([_group(SUPPORT)])
    permission.subject_groups.set([_group(CUSTOMERS)])
    permission.clients.set([application_of(DESK)])
    permission.targets.set([Target.objects.get(name=AUDIENCE)])


def _group(name: str) -> Group:
    return Group.objects.get_or_create(name=name)[0]


def _users(people: Iterable[Person]) -> Any:
    usernames = [person.username for person in people]
    return get_user_model()._default_manager.filter(username__in=usernames)
