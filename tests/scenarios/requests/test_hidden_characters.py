"""Direction overrides and invisible characters in a reason are refused, and never reach a letter."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.core import mail
from django.core.management import CommandError, call_command

from tests.worlds.ticket_pages import SupportOffice
from token_exchange.impersonation import ticket_request
from token_exchange.impersonation.ticket_request import TicketRequest
from token_exchange.models import ImpersonationTicket
from token_exchange.toolkit.compat import token_database

HIDDEN = ["\u202e", "\u2066", "\u200b", "\u200d", "\ufeff", "\u00ad", "\x1b", "\x07", "\u2028", "\u2029", "\x85"]


@pytest.fixture
def committing(django_capture_on_commit_callbacks):
    """Run the callbacks of the commit at the end of the block."""
    return lambda: django_capture_on_commit_callbacks(using=token_database(), execute=True)


def requested(support, **changes):
    return TicketRequest(
        actor=support.carol,
        subject=support.world.alice,
        **{"targets": [support.world.target], "scopes": ["read"], "reason": "Case 7", **changes},
    )


@pytest.mark.parametrize("character", HIDDEN, ids=ascii)
@pytest.mark.parametrize("field", ["reason", "reference", "context", "key of the context"])
def test_form_api_and_command_refuse_them(support, field, character):
    """Form, API and command refuse them, because all request tickets by one function."""
    text = f"Case{character}7"
    said = {field: text} if field != "context" else {"context": {"note": ["x", {"y": text}]}}
    said = {"context": {text: "x"}} if field.startswith("key") else said
    with pytest.raises(ticket_request.Refused) as refused:
        ticket_request.submit(requested(support, **said))
    assert [error.field for error in refused.value.errors] == [field.rpartition(" ")[2]]
    assert not ImpersonationTicket.objects.exists()


def test_lines_and_letters_of_any_script_are_taken(support):
    """A reason may have several lines, and letters of any script."""
    ticket_request.submit(
        requested(support, reason="Line one\r\nline two\tand Ελληνικά, עברית, 日本語", reference="№ 7 é")
    )
    assert ImpersonationTicket.objects.get().reference == "№ 7 é"


def test_the_command_refuses_them(support):
    with pytest.raises(CommandError, match="visible"):
        call_command(
            "make_impersonation_ticket",
            *("--actor", "carol", "--subject", "alice", "--target", "back-api", "--scope", "read"),
            *("--reason", "Case\u202e7"),
        )


def test_no_letter_holds_them(world, support, committing):
    """A letter leaves them out, from a row that was written past the form and from a user's name."""
    support.carol.username = "car\u202eol"
    support.carol.save()
    value = support.collect(support.insert(reason="Case\u202e\u200b7"))
    with committing():
        assert support.trade(value).status_code == 200
    (letter,) = [one for one in mail.outbox if one.to == [world.alice.email]]
    assert not {"\u202e", "\u200b"} & set(letter.subject + letter.body)
    assert "Case7" in letter.body


# The second person is told


@pytest.fixture
def office(world):
    return SupportOffice(world)


def test_approvers_get_one_letter(world, office, committing):
    """Approvers get one letter while a ticket waits; requester and subject get none."""
    for user in (office.carol, world.alice):
        user.user_permissions.add(Permission.objects.get(codename="approve_impersonationticket"))
    with committing():
        assert office.asks().status_code == 302
    assert not [letter for letter in mail.outbox if office.dave.email in letter.to]
    office.permission.approval_required = True
    office.permission.save()
    mail.outbox.clear()
    with committing():
        assert office.asks().status_code == 302
    assert [letter.to for letter in mail.outbox] == [[office.dave.email]]
    assert "carol" in mail.outbox[0].subject
    with committing():
        assert office.asks().status_code == 302
    assert len(mail.outbox) == 1
