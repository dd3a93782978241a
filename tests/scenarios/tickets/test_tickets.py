"""Section G: a user acts as another user with a ticket."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from tests.worlds.world import exchange_form
from token_exchange.impersonation import ticket_approval, ticket_collection, tickets
from token_exchange.impersonation.ticket_request import NotPermitted, Refused
from token_exchange.models import ExchangeRecord, ImpersonationPermission, ImpersonationTicket
from token_exchange.sts.vocabulary import ACCESS_TOKEN, IMPERSONATION_TICKET


def test_g01_a_ticket_is_exchanged(world, support):
    """The token is about the subject and names the actor, and the record holds the reason."""
    answer = support.trade(support.ticket(reference="SUP-7", context={"channel": "phone"}))
    assert answer.status_code == 200, answer.content
    assert answer.json()["expires_in"] <= 300
    told = support.told(answer.json()["access_token"])
    assert (told["sub"], told["act"]["sub"]) == (str(world.alice.pk), str(support.carol.pk))
    record = ExchangeRecord.objects.latest("pk")
    assert (record.subject, record.actor, record.way) == (str(world.alice.pk), str(support.carol.pk), "by_permission")
    assert record.permission_name == support.permission.name
    assert record.justification == {"reason": "Case 7", "reference": "SUP-7", "context": {"channel": "phone"}}
    world.assert_silent(str(record.trace))


def test_listed_words_become_claims(world, support):
    """Reason, reference and context become claims of the token if the permission lists them, and not otherwise."""
    ImpersonationPermission.objects.update(copied_claims=["reason", "context"])
    told = support.told(support.traded(support.ticket(reference="SUP-7", context={"channel": "phone"})))
    assert (told["reason"], told["context"]) == ("Case 7", {"channel": "phone"})
    assert "reference" not in told


def test_it_always_names_who_acts(world, support):
    """The token names the holder of the ticket: another user's actor token is refused."""
    own = world.login_token(support.carol, client=support.desk)
    other = world.login_token(support.dave, client=support.desk)
    support.refused(lambda: support.trade(support.ticket(), actor_token=other), reason="not_permitted_by_any_policy")
    told = support.told(support.traded(support.ticket(), actor_token=own))
    assert told["act"] == {"sub": str(support.carol.pk), "iss": told["iss"]}


def test_c21_a_ticket_counts_once(world, support):
    """The second exchange of a ticket is refused; the token of the first stays active."""
    ticket = support.ticket()
    token = support.traded(ticket)
    support.refused(lambda: support.trade(ticket), reason="token_replayed")
    assert support.told(token)["active"]


def test_a_refused_use_leaves_the_ticket(world, support):
    """A refused exchange does not use the ticket up."""
    ticket = support.ticket()
    support.refused(lambda: support.trade(ticket, scope="write"), error="invalid_scope")
    assert support.trade(ticket).status_code == 200


def test_it_ends_after_ten_minutes(world, support):
    """The ticket and the tokens exchanged from it expire after ten minutes."""
    ticket, unused = support.ticket(), support.ticket()
    with time_machine.travel(timezone.now() + timedelta(minutes=9, seconds=30), tick=False):
        answer = support.trade(ticket)
        assert answer.json()["expires_in"] <= 30
    with time_machine.travel(timezone.now() + timedelta(minutes=10, seconds=1), tick=False):
        support.refused(lambda: support.trade(unused), reason="token_expired")
        assert not support.told(answer.json()["access_token"])["active"]


@pytest.mark.parametrize("declared", [ACCESS_TOKEN, "urn:token-exchange:token-type:personal_access_token"])
def test_accepted_under_its_own_name_only(world, support, declared):
    support.policy.subject_token_types = [*support.policy.subject_token_types, declared]
    support.policy.save()
    support.refused(lambda: support.trade(support.ticket(), subject_token_type=declared))


def test_no_client_but_those_named(world, support):
    """A client that the permission does not name is refused, although it has a policy."""
    world.policy(client=world.agent, subject_token_types=[IMPERSONATION_TICKET], ways=["by_permission"])
    support.refused(lambda: support.trade(support.ticket(), client=world.agent), reason="not_permitted_by_any_policy")


def test_no_client_without_a_policy(world, support):
    """A client without a policy is refused, although the permission names it."""
    support.permission.clients.add(world.agent)
    before = world.counts()
    world.assert_refusal(support.trade(support.ticket(), client=world.agent), before, error="unauthorized_client")


def _disable(world, support):
    ImpersonationPermission.objects.update(enabled=False)


def _end(world, support):
    ImpersonationPermission.objects.update(ends=timezone.now())


def _delete(world, support):
    ImpersonationPermission.objects.all().delete()


def _leave_team(world, support):
    support.carol.groups.clear()


def _leave_customers(world, support):
    world.alice.groups.clear()


def _become_staff(world, support):
    get_user_model().objects.filter(pk=world.alice.pk).update(is_staff=True)


def _gain_a_right(world, support):
    world.alice.user_permissions.add(Permission.objects.get(codename="change_target"))


def _join_another_group(world, support):
    world.alice.groups.add(Group.objects.create(name="board"))


def _narrow_the_manner(world, support):
    ImpersonationPermission.objects.update(methods=["delegation"])


def _narrow_the_scopes(world, support):
    ImpersonationPermission.objects.update(scopes=["orders:read"])


def _deny(world, support):
    support.permit(name="not alice", effect="deny", methods=[], scopes=[], lists={"subject_users": [world.alice]})


def _deny_everything(world, support):
    support.permit(name="nothing at all", effect="deny", methods=[], scopes=[], lists={})


SINCE = pytest.mark.parametrize(
    "change",
    [
        _disable,
        _end,
        _delete,
        _leave_team,
        _leave_customers,
        _become_staff,
        _gain_a_right,
        _join_another_group,
        _narrow_the_manner,
        _narrow_the_scopes,
        _deny,
        _deny_everything,
    ],
)


@SINCE
def test_g02_permitted_when_it_is_used(world, support, change):
    """The permissions are asked when a ticket is exchanged, not only when it is requested."""
    ticket, good = support.ticket(), support.ticket()
    assert support.trade(good).status_code == 200
    change(world, support)
    before = world.counts()
    world.assert_refusal(support.trade(ticket), before, error="invalid_request", reason="not_permitted_by_any_policy")


@SINCE
def test_g02_permitted_when_it_is_asked_for(world, support, change):
    """A ticket that no permission allows is refused when it is requested."""
    support.ask()
    change(world, support)
    with pytest.raises(NotPermitted):
        support.ask()


@pytest.mark.parametrize("who", ["carol", "alice"])
def test_g04_inactive(world, support, who):
    """If actor or subject is inactive, the ticket is refused and its tokens are inactive."""
    ticket, token = support.ticket(), support.traded(support.ticket())
    get_user_model().objects.filter(username=who).update(is_active=False)
    assert not support.told(token)["active"]
    before = world.counts()
    world.assert_refusal(support.trade(ticket), before, error="invalid_request")
    with pytest.raises(NotPermitted):
        support.ask(get_user_model().objects.get(username="carol"), get_user_model().objects.get(username="alice"))


@pytest.mark.parametrize(
    ("actor", "subject"), [("carol", "carol"), ("carol", "dave"), ("carol", "bob"), ("alice", "bob"), ("bob", "alice")]
)
def test_g02_no_other_actor_or_subject(world, support, actor, subject):
    """A user cannot act as themselves; only named actors act, and only as named subjects."""
    people = {user.username: user for user in get_user_model().objects.all()}
    people["carol"].groups.add(support.customers)
    with pytest.raises(NotPermitted):
        support.ask(people[actor], people[subject])


@pytest.mark.parametrize(
    ("request_", "error"),
    [({"scopes": ["write"]}, NotPermitted), ({"targets": []}, NotPermitted), ({"reason": " "}, Refused)],
)
def test_g02_not_beyond_the_permission(world, support, request_, error):
    """A ticket is refused for other scopes or targets, and without a required reason."""
    with pytest.raises(error):
        support.ask(**request_)
    with pytest.raises(NotPermitted):
        support.ask(targets=[world.other_target])


@pytest.mark.parametrize("power", ["is_staff", "is_superuser"])
def test_inv_26_staff_only_where_the_row_says_so(world, support, power):
    """A permission has to include staff and superusers, and the actor needs all their rights."""
    boss = world.user("boss", **{power: True})
    boss.groups.add(support.customers)
    with pytest.raises(NotPermitted):
        support.ask(support.carol, boss)
    ImpersonationPermission.objects.update(privileged_subjects=True)
    with pytest.raises(NotPermitted):
        support.ask(support.carol, boss)
    get_user_model().objects.filter(pk=support.carol.pk).update(**{power: True})
    support.ask(get_user_model().objects.get(pk=support.carol.pk), boss)


def test_f41_disabling_the_permission_ends_its_tokens(world, support):
    """Disabling a permission makes its tokens inactive at once; enabling it again makes them active again."""
    token = support.traded(support.ticket())
    ImpersonationPermission.objects.update(enabled=False)
    assert not support.told(token)["active"]
    ImpersonationPermission.objects.update(enabled=True)
    assert support.told(token)["active"]


def test_withdrawing_ends_ticket_and_token(world, support):
    """Withdrawing a ticket, used or not, makes it and its tokens invalid."""
    asked = support.ask()
    token = support.traded(support.collect(asked))
    assert tickets.withdraw(asked) == 1
    assert not support.told(token)["active"]
    unused = support.ask()
    value = support.collect(unused)
    tickets.withdraw(unused)
    support.refused(lambda: support.trade(value), reason="token_revoked")


def test_a_second_person_approves(world, support):
    """Only a third user with the right can approve a ticket, and its value is not shown before."""
    ImpersonationPermission.objects.update(approval_required=True)
    may_approve = Permission.objects.get(codename="approve_impersonationticket")
    for user in (support.carol, world.alice):
        user.user_permissions.add(may_approve)
    asked = support.ask()
    assert asked.state == ImpersonationTicket.State.WAITING
    assert ticket_collection.collect(asked, support.carol) is None
    for wrong in (support.carol, world.alice, world.bob):
        with pytest.raises(PermissionDenied):
            ticket_approval.decide(asked, get_user_model().objects.get(pk=wrong.pk), approves=True)
    assert ticket_approval.decide(asked, support.dave, approves=True)
    assert not ticket_approval.decide(asked, support.dave, approves=False), "decided once"
    assert support.trade(support.collect(asked)).status_code == 200
    record = ExchangeRecord.objects.latest("pk")
    assert record.justification["approver"] == "dave"


def test_a_second_person_declines(world, support):
    """A declined ticket cannot be collected."""
    ImpersonationPermission.objects.update(approval_required=True)
    asked = support.ask()
    assert ticket_approval.decide(asked, support.dave, approves=False)
    asked.refresh_from_db()
    assert asked.state == ImpersonationTicket.State.DECLINED
    assert ticket_collection.collect(asked, support.carol) is None


def test_approval_has_its_time(world, support):
    """A ticket can be approved within one hour after its request."""
    ImpersonationPermission.objects.update(approval_required=True)
    asked = support.ask()
    with time_machine.travel(timezone.now() + timedelta(minutes=61), tick=False):
        assert not ticket_approval.decide(asked, support.dave, approves=True)


def test_the_value_is_shown_once_and_to_the_requester_only(world, support):
    """The value of a ticket is shown to its requester, once."""
    asked = support.ask()
    with pytest.raises(PermissionDenied):
        ticket_collection.collect(asked, support.dave)
    support.collect(asked)
    assert ticket_collection.collect(asked, support.carol) is None


def test_the_database_holds_a_keyed_hash(world, support):
    value = support.ticket()
    (row,) = ImpersonationTicket.objects.values()
    assert value not in str(row)
    assert len(row["fingerprint"]) == 64


def test_inv_26_what_was_obtained_does_not_act_for_others(world, support):
    """The token exchanged from a ticket is refused as actor token."""
    token = support.traded(support.ticket())
    support.refused(lambda: support.trade(support.ticket(), actor_token=token), reason="not_permitted_by_any_policy")


def test_f21_exchanged_further_it_keeps_its_actor(world, support):
    """A token from a ticket is exchanged further under the next client's policy, and keeps its actor."""
    token = support.traded(support.ticket())
    world.policy(client=world.agent, issued_to=[support.desk], max_chain_depth=2)
    answer = world.exchange(token, client=world.agent)
    assert answer.status_code == 200, answer.content
    told = world.introspect(answer.json()["access_token"], client=world.agent)
    assert told["act"]["act"]["sub"] == str(support.carol.pk)


def test_stepping_down_costs_the_scope(world, support, settings):
    """A scope that needs a right is granted only if actor and subject both have that right."""
    settings.TOKEN_EXCHANGE = {"SCOPE_PERMISSIONS": {"read": "token_exchange.view_target"}}
    right = Permission.objects.get(codename="view_target")
    support.carol.user_permissions.add(right)
    assert support.trade(support.ticket(scopes=["read", "orders:read"])).json()["scope"] == "orders:read"
    world.alice.user_permissions.add(right)
    assert support.trade(support.ticket(scopes=["read", "orders:read"])).json()["scope"] == "orders:read read"


def test_n08_a_typo_costs_no_statement(world, support, django_assert_num_queries):
    """A ticket with a wrong checksum is refused without a database query."""
    value = support.ticket()
    with django_assert_num_queries(0):
        assert tickets.find(value[:-1] + ("a" if value[-1] != "a" else "b")) is None


def test_nothing_of_the_request_can_pose_as_a_ticket(world, support):
    """A made-up value, and the fingerprint in the database, are refused as tickets."""
    support.ticket()
    fingerprint = ImpersonationTicket.objects.get().fingerprint
    for value in (fingerprint, "tximp_" + "0" * 49, "tximp_"):
        before = world.counts()
        form = exchange_form(value, subject_token_type=IMPERSONATION_TICKET)
        answer = world.post(form, client=support.desk)
        world.assert_refusal(answer, before, error="invalid_request", reason="token_unknown")
