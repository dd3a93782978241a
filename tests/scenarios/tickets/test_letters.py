"""Section G: the subject gets an e-mail when an actor begins to act."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from tests.admin.conftest import queries_of
from token_exchange.models import ImpersonationPermission
from token_exchange.sts.vocabulary import USER
from token_exchange.toolkit.compat import token_database


@pytest.fixture
def committing(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(using=token_database(), execute=True)


def act_by_name(world, support, **parameters):
    """Return the answer to acting as Alice by her user name, with Carol's actor token."""
    actor_token = world.login_token(support.carol, client=support.desk)
    form = {"subject_token_type": USER, "actor_token": actor_token, "reason": "Case 7", **parameters}
    return support.trade("alice", **form)


@pytest.mark.scenario("G01")
def test_g01_a_letter_says_who_acts_why_and_where(world, support, committing, mailoutbox, settings):
    """The letter goes to the subject alone, after the commit, and contains neither ticket nor token."""
    settings.TOKEN_EXCHANGE = {"ISSUER": "https://login.example.org/o"}
    support.carol.first_name, support.carol.last_name = "Carol", "Jones"
    support.carol.save()
    ticket = support.ticket(reference="SUP-7", context={"channel": "phone"})
    with committing():
        assert support.trade(ticket).status_code == 200
        assert mailoutbox == []
    (letter,) = mailoutbox
    assert letter.to == ["alice@example.org"]
    assert letter.subject == "Carol Jones (carol) acts in your name"
    for told in (
        "Hello alice,",
        "through desk, at: back-api.",
        "Reason given: Case 7",
        "Reference: SUP-7",
        "https://login.example.org/account/tokens/acts/",
    ):
        assert told in letter.body, told
    assert "phone" not in letter.body
    world.assert_silent(letter.subject, letter.body)


def test_no_link_by_the_host_that_a_client_names(support, committing, mailoutbox):
    """Without the setting of the issuer the letter has no link, and names the administrators instead."""
    with committing():
        assert support.trade(support.ticket()).status_code == 200
    assert "http" not in mailoutbox[0].body
    assert "contact the administrators of the site" in mailoutbox[0].body


def test_a_reason_cannot_change_the_letter(support, committing, mailoutbox):
    """A reason adds neither a header nor a paragraph to the letter, and is not escaped twice."""
    reason = "a & b\n\nBcc: eve@example.org\n\nPlease click"
    ticket = support.collect(support.insert(reason=reason, reference="x\r\ny"))
    with committing():
        assert support.trade(ticket).status_code == 200
    (letter,) = mailoutbox
    assert "Reason given: a & b Bcc: eve@example.org Please click\n" in letter.body
    assert letter.recipients() == ["alice@example.org"]


def test_a_refused_ticket_sends_no_letter(world, support, committing, mailoutbox):
    with committing():
        support.refused(lambda: support.trade(support.ticket(), audience="invoices-api"))
    assert len(mailoutbox) == 2, "one for each of the two that were granted"


def test_a_permission_can_keep_it_quiet(support, committing, mailoutbox):
    ImpersonationPermission.objects.update(notifies_subject=False)
    with committing():
        assert support.trade(support.ticket()).status_code == 200
    assert mailoutbox == []


def test_a_mail_server_that_fails_changes_nothing(support, committing, settings):
    settings.EMAIL_BACKEND = "tests.no.such.Backend"
    with committing():
        answer = support.trade(support.ticket())
    assert answer.status_code == 200
    assert support.told(answer.json()["access_token"])["active"]


def test_by_name_one_letter_until_a_day_has_passed_without(world, support, committing, mailoutbox, settings):
    """Repeated exchanges by user reference send one letter, until a day passes without one."""
    settings.TOKEN_EXCHANGE = {"USER_REFERENCES": True}
    start = timezone.now()
    for hours, letters in ((0, 1), (1, 1), (20, 1), (39, 1), (70, 2)):
        with time_machine.travel(start + timedelta(hours=hours), tick=False), committing():
            answer = act_by_name(world, support)
            assert answer.status_code == 200, answer.content
        assert len(mailoutbox) == letters, hours


def test_ordinary_exchanges_write_no_letter_and_pay_for_none(
    world, alices_token, support, mailoutbox, django_capture_on_commit_callbacks
):
    """An exchange without a permission takes no statement after the commit; one with a permission takes a few."""

    def asked_afterwards(request):
        with django_capture_on_commit_callbacks(using=token_database()) as callbacks:
            assert request().status_code == 200
        return queries_of(lambda: [callback() for callback in callbacks])

    assert asked_afterwards(lambda: world.exchange(alices_token)) == 0
    assert mailoutbox == []
    ticket = support.ticket()
    assert asked_afterwards(lambda: support.trade(ticket)) <= 4
    assert len(mailoutbox) == 1
