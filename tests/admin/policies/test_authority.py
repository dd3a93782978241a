"""Only a superuser may save a policy that covers administrators, and only with a confirmation."""

from __future__ import annotations

import pytest

from tests.admin.conftest import act, messages_of, page, policy_form
from tests.admin.policies.test_form import errors_of
from token_exchange.models import ExchangePolicy, Target

ADMINISTRATORS = {"privileged_subjects": "on", "privileged_knowingly": "on"}


@pytest.fixture
def editor(staff):
    """Return a member of staff with every permission on policies."""
    return staff("add_exchangepolicy", "change_exchangepolicy", "view_exchangepolicy", "delete_exchangepolicy")


def test_staff_save_ordinary_policies(world, editor):
    """The permission to add policies is enough for an ordinary one."""
    assert editor.post(page("exchangepolicy", "add"), policy_form(world)).status_code == 302


@pytest.mark.scenario("O04")
def test_staff_save_no_policy_that_covers_administrators(world, editor):
    """A policy that covers staff and superusers is refused to a user who is not a superuser."""
    answer = editor.post(page("exchangepolicy", "add"), policy_form(world, **ADMINISTRATORS))
    assert set(errors_of(answer)) == {"privileged_subjects"}
    assert not ExchangePolicy.objects.exists()


@pytest.mark.scenario("O04")
def test_staff_do_not_edit_what_a_superuser_wrote_for_administrators(world, editor):
    """Staff may not widen a policy that a superuser wrote for administrators."""
    policy = world.policy(privileged_subjects=True)
    form = policy_form(world, name="wider", **ADMINISTRATORS)
    assert set(errors_of(editor.post(page("exchangepolicy", "change", policy.pk), form))) == {"privileged_subjects"}


@pytest.mark.scenario("O04")
def test_staff_do_not_enable_what_covers_administrators(world, editor):
    """The enable action checks the same as the form."""
    policy = world.policy(privileged_subjects=True, enabled=False)
    answer = act(editor, "exchangepolicy", "enable", policy)
    assert any("Only a superuser" in message for message in messages_of(answer))
    assert not ExchangePolicy.objects.get(pk=policy.pk).enabled


def test_covering_administrators_is_ticked_twice(world, superuser):
    """A superuser has to confirm once that a policy covers administrators."""
    add = page("exchangepolicy", "add")
    answer = superuser.post(add, policy_form(world, privileged_subjects="on"))
    assert set(errors_of(answer)) == {"privileged_knowingly"}
    assert superuser.post(add, policy_form(world, **ADMINISTRATORS)).status_code == 302
    policy = ExchangePolicy.objects.get()
    change = page("exchangepolicy", "change", policy.pk)
    assert superuser.post(change, policy_form(world, privileged_subjects="on")).status_code == 302


def test_introspection_is_granted_by_superusers_only(world, editor, superuser):
    """Staff cannot grant the scope that allows introspection of other tokens."""
    Target.objects.filter(pk=world.target.pk).update(scopes=["read", "introspection"])
    form = policy_form(world, scopes="introspection")
    assert set(errors_of(editor.post(page("exchangepolicy", "add"), form))) == {"scopes"}
    assert superuser.post(page("exchangepolicy", "add"), form).status_code == 302
