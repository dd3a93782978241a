"""Tickets are requested, decided, collected and withdrawn in the admin, each only by the users concerned."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.utils import timezone

from tests.worlds.ticket_pages import SupportOffice, everything, kept, page, text_of, value_on
from token_exchange.impersonation.tickets import State, in_state
from token_exchange.models import ExchangedToken, ImpersonationTicket

POSTS = ["approve", "decline", "collect", "withdraw"]


@pytest.fixture
def office(world):
    return SupportOffice(world)


def log():
    """Return the messages of the admin's log, oldest first."""
    return [(entry.user.username, entry.change_message) for entry in LogEntry.objects.order_by("pk")]


@pytest.mark.scenario("G01")
def test_asked_for_approved_collected_exchanged(world, office):
    """Carol requests a ticket, Dave approves it, Carol collects it, and its value works once."""
    office.permission.approval_required = True
    office.permission.save()
    asked = office.asks(reference="SUP-7", context="channel: phone")
    ticket = ImpersonationTicket.objects.get()
    assert (asked.status_code, asked["Location"]) == (302, page("change", ticket.pk))
    assert ticket.context == {"channel": "phone"}
    approved = office.post(office.dave, page("approve", ticket.pk))
    assert approved.status_code == 302
    shown = office.post(office.carol, page("collect", ticket.pk))
    assert "no-store" in shown["Cache-Control"]
    told = office.told(office.traded(value_on(shown)))
    assert (told["sub"], told["act"]["sub"]) == (str(world.alice.pk), str(office.carol.pk))
    assert log() == [("carol", "Requested."), ("dave", "Approved."), ("carol", "Collected.")]
    world.assert_silent(kept(), str(shown.headers), str(shown.cookies))
    page_of_it = text_of(office.get(office.dave, page("change", ticket.pk)))
    assert "approved by dave" in page_of_it
    assert str(ExchangedToken.objects.get()) in page_of_it
    assert ">active<" in page_of_it
    world.assert_silent(page_of_it)


def test_without_approval_it_is_collected_at_once(world, office):
    """If the permission requires no approval, no user is offered to approve."""
    office.asks()
    ticket = ImpersonationTicket.objects.get()
    assert "Collect the ticket" in text_of(office.get(office.carol, page("change", ticket.pk)))
    assert 'value="Approve"' not in text_of(office.get(office.dave, page("change", ticket.pk)))
    assert office.trade(value_on(office.post(office.carol, page("collect", ticket.pk)))).status_code == 200


def test_shown_once(world, office):
    """Collecting a ticket again shows no value, and a message says so."""
    ticket = office.ask()
    value_on(office.post(office.carol, page("collect", ticket.pk)))
    again = office.post(office.carol, page("collect", ticket.pk))
    assert again.status_code == 302
    assert "tximp_" not in text_of(office.get(office.carol, again["Location"]))
    assert log() == [("carol", "Requested."), ("carol", "Collected.")]


def test_a_second_person_declines(world, office):
    """A declined ticket cannot be collected."""
    ticket = office.waiting()
    assert office.post(office.dave, page("decline", ticket.pk)).status_code == 302
    assert office.post(office.carol, page("collect", ticket.pk)).status_code == 302
    ticket.refresh_from_db()
    assert (ticket.state, ticket.approver, ticket.fingerprint) == (State.DECLINED, office.dave, None)
    assert "declined by dave" in text_of(office.get(office.carol, page("change", ticket.pk)))
    assert log() == [("carol", "Requested."), ("dave", "Declined.")]


@pytest.mark.scenario("O02")
@pytest.mark.parametrize("what", ["approve", "decline"])
def test_never_the_requester_nor_the_subject(world, office, what):
    """Requester and subject get 403 whatever rights they hold, and nothing changes."""
    may = Permission.objects.get(codename="approve_impersonationticket")
    for user in (office.carol, world.alice):
        user.user_permissions.add(may)
    world.alice.is_staff = True
    world.alice.save()
    office.carol.user_permissions.add(may)
    office.permission.privileged_subjects = True
    office.permission.save()
    ticket = office.waiting()
    before = everything()
    for user in (office.carol, world.alice):
        assert office.post(user, page(what, ticket.pk)).status_code == 403
        assert 'value="Approve"' not in text_of(office.get(user, page("change", ticket.pk)))
    assert everything() == before


def test_decided_once(world, office):
    """A second decision changes nothing, whoever makes it."""
    ticket = office.waiting()
    office.post(office.dave, page("approve", ticket.pk))
    before = everything()
    other = office.colleague("erin", "approve_impersonationticket")
    assert office.post(other, page("decline", ticket.pk)).status_code == 302
    assert everything() == before


def test_an_hour_later_a_ticket_cannot_be_approved(world, office):
    """After an hour the page shows that the request has expired, and no approval is possible."""
    ticket = office.waiting()
    with time_machine.travel(timezone.now() + timedelta(minutes=61), tick=False):
        assert office.post(office.dave, page("approve", ticket.pk)).status_code == 302
        assert "Expired" in text_of(office.get(office.dave, page("change", ticket.pk)))
    assert log() == [("carol", "Requested.")]


@pytest.mark.parametrize("who", ["carol", "dave"])
def test_withdrawn_by_its_actor_or_an_approver(world, office, who):
    """The page says how many tokens stop, and after the withdrawal they are inactive."""
    ticket = office.ask()
    token = office.traded(office.collect(ticket))
    user = getattr(office, who)
    before = everything()
    asked = office.get(user, page("withdraw", ticket.pk))
    assert "<b>1</b> active token" in text_of(asked)
    assert everything() == before
    assert office.told(token)["active"]
    assert office.post(user, page("withdraw", ticket.pk)).status_code == 302
    assert not office.told(token)["active"]
    assert log() == [("carol", "Requested."), ("carol", "Collected."), (who, "Withdrawn; 1 token revoked.")]


def test_what_was_declined_stays_on_show(world, office):
    """A declined ticket cannot be withdrawn: that would hide the refusal."""
    ticket = office.waiting()
    office.post(office.dave, page("decline", ticket.pk))
    before = everything()
    assert office.post(office.carol, page("withdraw", ticket.pk)).status_code == 302
    assert everything() == before


# Who may what


LOOKING = {"changelist": 200, "change": 200}
MATRIX = {
    "nobody": ((), {"changelist": 403, "change": 404, **dict.fromkeys(POSTS, 404)}),
    "viewer": (("view_impersonationticket",), {**LOOKING, **dict.fromkeys(POSTS, 403)}),
    "changer": (
        ("view_impersonationticket", "change_impersonationticket", "delete_impersonationticket"),
        {**LOOKING, **dict.fromkeys(POSTS, 403)},
    ),
    "elsewhere": (
        ("view_impersonationpermission", "change_impersonationpermission", "revoke_exchangedtoken"),
        {"changelist": 403, "change": 404, **dict.fromkeys(POSTS, 404)},
    ),
    "approver": (("approve_impersonationticket",), {**LOOKING, **dict.fromkeys(POSTS, 302), "collect": 403}),
}
"""Who has which rights of Django's → what each page answers."""


@pytest.mark.scenario("O01")
@pytest.mark.scenario("O02")
@pytest.mark.parametrize("who", MATRIX)
def test_each_right_opens_its_own_pages(world, office, who):
    """Each right by itself opens exactly its own pages, and opening a page changes nothing."""
    codenames, expected = MATRIX[who]
    user = office.colleague("erin", *codenames)
    for name, status in expected.items():
        ticket = office.waiting()
        before = everything()
        where = page(name) if name == "changelist" else page(name, ticket.pk)
        answer = (office.post if name in POSTS else office.get)(user, where)
        assert answer.status_code == status, name
        assert (everything() == before) is (status != 302), name
        world.assert_silent(answer.content.decode())


@pytest.mark.scenario("O03")
def test_others_tickets_do_not_exist(world, office):
    """A requester sees only their own tickets: the key of another ticket gives 404 and changes nothing."""
    own, others = office.ask(), office.ask(office.dave)
    listed = text_of(office.get(office.carol, page("changelist")))
    assert page("change", own.pk) in listed
    assert page("change", others.pk) not in listed
    before = everything()
    for name in ("change", "history", "withdraw"):
        assert office.get(office.carol, page(name, own.pk)).status_code == 200, name
    assert office.get(office.carol, page("change", others.pk)).status_code == 404
    assert office.get(office.carol, page("withdraw", others.pk)).status_code == 404
    assert office.get(office.carol, page("history", others.pk)).status_code in (302, 404)
    for name in POSTS:
        assert office.post(office.carol, page(name, others.pk)).status_code == 404, name
    assert everything() == before


@pytest.mark.scenario("O03")
def test_a_user_cannot_collect_anothers_ticket(world, office):
    """Not even a superuser collects another user's ticket."""
    ticket = office.ask()
    boss = world.user("boss", is_staff=True, is_superuser=True)
    before = everything()
    assert office.post(boss, page("collect", ticket.pk)).status_code == 403
    assert everything() == before


def test_no_ticket_is_added_or_changed_in_the_admin(world, office):
    """Adding, changing and deleting tickets give 403 for a superuser too."""
    ticket = office.ask()
    boss = world.user("boss", is_staff=True, is_superuser=True)
    before = everything()
    assert office.get(boss, page("add")).status_code == 403
    assert office.post(boss, page("change", ticket.pk), {"scopes": "write"}).status_code == 403
    assert office.post(boss, page("delete", ticket.pk), {"post": "yes"}).status_code == 403
    assert everything() == before


@pytest.mark.parametrize("name", ["approve", "decline", "collect"])
def test_a_get_does_nothing(world, office, name):
    """The URLs of actions refuse GET."""
    ticket = office.waiting() if name != "collect" else office.ask()
    before = everything()
    assert office.get(office.dave if name != "collect" else office.carol, page(name, ticket.pk)).status_code == 405
    assert everything() == before


@pytest.mark.scenario("O11")
def test_no_post_from_elsewhere(world, office):
    """Every POST without a CSRF token is refused."""
    ticket = office.waiting()
    before = everything()
    strict = {"browser": {"enforce_csrf_checks": True}}
    for name in POSTS:
        assert office.post(office.dave, page(name, ticket.pk), **strict).status_code == 403, name
    form = {"targets": ["back-api"], "scopes": ["read"], "reason": "Case 7"}
    assert office.post(office.carol, page("ask", world.alice.pk), form, **strict).status_code == 403
    assert everything() == before


def test_the_list_puts_waiting_ones_first_for_approvers(world, office):
    """The list puts waiting tickets first, and filters by state."""
    waiting = office.waiting()
    office.permission.approval_required = False
    office.permission.save()
    ready = office.ask()
    office.collect(ready)
    listed = text_of(office.get(office.dave, page("changelist")))
    assert listed.index(page("change", waiting.pk)) < listed.index(page("change", ready.pk))
    office.dave.user_permissions.clear()
    viewer = office.colleague("erin", "view_impersonationticket")
    listed = text_of(office.get(viewer, page("changelist")))
    assert listed.index(page("change", waiting.pk)) > listed.index(page("change", ready.pk))
    only = text_of(office.get(viewer, page("changelist") + "?state=ready"))
    assert page("change", ready.pk) in only
    assert page("change", waiting.pk) not in only


def test_states_are_the_same_in_the_database(world, office):
    """The state that a ticket reports is the only one whose filter finds it."""
    office.ask()
    office.collect(office.ask())
    office.traded(office.collect(office.ask()))
    office.post(office.carol, page("withdraw", office.ask().pk))
    old = office.ask()
    ImpersonationTicket.objects.filter(pk=old.pk).update(expires=timezone.now())
    for decision in ("approve", "decline", None):
        ticket = office.waiting()
        if decision:
            office.post(office.dave, page(decision, ticket.pk))
    tickets = list(ImpersonationTicket.objects.all())
    assert {ticket.state for ticket in tickets} == set(State)
    for state in State:
        found = set(ImpersonationTicket.objects.filter(in_state(state)).values_list("pk", flat=True))
        assert found == {ticket.pk for ticket in tickets if ticket.state == state}, state


@pytest.mark.scenario("O11")
def test_what_was_typed_in_is_text(world, office):
    """Reason, reference and context are escaped in the list and on every page."""
    evil = "<img src=x onerror=alert(1)>"
    office.asks(reason=evil, reference=evil, context=f'{{"a": "{evil}"}}')
    ticket = ImpersonationTicket.objects.get()
    assert ticket.context == {"a": evil}
    for name in ("changelist", "change", "withdraw", "history"):
        where = page(name) if name == "changelist" else page(name, ticket.pk)
        html = text_of(office.get(office.dave, where))
        assert "<img src=x" not in html, name
        assert name not in ("changelist", "change") or "onerror=alert(1)&gt;" in html, name


def test_pages_bring_no_inline_script_or_style(world, office):
    """A strict Content-Security-Policy breaks none of the pages."""
    ticket = office.ask()
    answers = [
        office.get(office.carol, page("ask", world.alice.pk)),
        office.get(office.carol, page("change", ticket.pk)),
        office.get(office.carol, page("withdraw", ticket.pk)),
        office.post(office.carol, page("collect", ticket.pk)),
    ]
    for html in map(text_of, answers):
        assert "<style" not in html
        assert " style=" not in html
        assert " onclick=" not in html
        scripts = [part.split(">", 1)[0] for part in html.split("<script")[1:]]
        assert all("src=" in script or "application/json" in script for script in scripts), scripts
