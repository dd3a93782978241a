"""Section G: the subject sees every act on a page, and can stop it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client as Browser
from django.utils import timezone

from tests.admin.conftest import queries_of
from tests.scenarios.personal_access_tokens.test_pages import Hijacked
from token_exchange.impersonation import ticket_approval
from token_exchange.models import ExchangedToken, ExchangeRecord, ImpersonationTicket

PAGE = "/account/tokens/acts/"

__all__ = ["Hijacked"]


@pytest.fixture
def alice(world):
    """Return Alice's browser."""
    return browser_of(world.alice)


def browser_of(user, **options):
    browser = Browser(**options)
    browser.force_login(user)
    return browser


def shown(browser, page=PAGE):
    """Return the text of the page with single spaces."""
    answer = browser.get(page, secure=True)
    assert answer.status_code == 200, answer.content
    return re.sub(r"\s+", " ", answer.content.decode())


def stop(browser, record, **extra):
    return browser.post(f"{PAGE}{record.pk}/stop/", secure=True, **extra)


def state():
    """Return everything that stopping might change."""
    return (
        list(ExchangedToken.objects.order_by("pk").values()),
        list(ExchangeRecord.objects.order_by("pk").values()),
        list(ImpersonationTicket.objects.order_by("pk").values()),
    )


@pytest.mark.scenario("G01")
def test_it_shows_everything_about_an_act(world, support, alice):
    """The page shows actor, client, targets, scopes, reason, approver and time, but no token and no fingerprint."""
    support.permission.approval_required = True
    support.permission.save()
    ticket = support.ask(reference="SUP-7", context={"note": "only for the desk"})
    ticket_approval.decide(ticket, support.dave, approves=True)
    support.traded(support.collect(ticket))
    text = shown(alice)
    for told in (
        ">carol<",
        ">desk<",
        "back-api",
        ">read<",
        "Case 7",
        "SUP-7",
        ">dave<",
        ">acting<",
        ">Stop<",
        " at the latest<",
    ):
        assert told in text, told
    assert " at the latest<" in text
    assert "only for the desk" not in text
    world.assert_silent(text)
    record = ExchangeRecord.objects.latest("pk")
    for fingerprint in (record.issued_fingerprint, record.subject_fingerprint):
        assert fingerprint[-8:] not in text


def test_acts_of_clients_and_without_an_actor_are_shown(world, alice):
    """The page shows acts of apps, with and without an actor, but not the use of the user's own app."""
    world.policy(ways=["client_acts"], lists={})
    world.issued(world.login_token())
    world.policy(client=world.agent, ways=["without_actor"], scopes=["read"])
    world.issued(world.login_token(), client=world.agent)
    world.policy(client=world.spa, ways=["same_subject"], scopes=["read"])
    world.issued(world.login_token(), client=world.spa)
    text = shown(alice)
    assert ExchangeRecord.objects.filter(outcome="granted").count() == 3
    assert (text.count('class="card"'), text.count(">front<"), text.count(">Unnamed actor<")) == (2, 2, 1)


def test_support_is_found_among_a_thousand_apps(world, support, alice):
    """Acts by permission can be listed alone, page by page."""
    support.traded(support.ticket())
    world.policy(ways=["client_acts"])
    world.issued(world.login_token())
    both, one = shown(alice), shown(alice, f"{PAGE}?only=permission")
    assert [text.count('class="card"') for text in (both, one)] == [2, 1]
    assert ">carol<" in one
    assert ">front<" not in one
    assert [text.count(">a token issued for you<") for text in (both, one)] == [1, 0]
    assert [text.count(">an impersonation permission<") for text in (both, one)] == [1, 1]
    ExchangeRecord.objects.bulk_create(
        [ExchangeRecord(**{**row, "id": None}) for row in ExchangeRecord.objects.values() for _copy in range(30)]
    )
    assert "?only=permission&amp;page=2" in shown(alice, f"{PAGE}?only=permission")
    assert shown(alice, f"{PAGE}?only=permission&page=2").count('class="card"') == 6
    for wrong in ("only=x", "only=permission&page=3"):
        assert alice.get(f"{PAGE}?{wrong}", secure=True).status_code == 404


def test_names_are_escaped(world, support, alice):
    hostile = "<script>alert(1)</script>"
    support.carol.first_name = support.desk.name = hostile
    support.carol.save()
    support.desk.save()
    support.traded(support.ticket(reason=hostile, reference=hostile))
    text = shown(alice)
    assert "<script>alert" not in text
    assert text.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 4


def test_stopping_ends_the_token_and_what_was_made_from_it(world, support, alice):
    """Stopping revokes the token, its descendants and the ticket, and is recorded with its reason."""
    world.policy(client=world.back, targets=[world.other_target], issued_to=[], max_chain_depth=4, scopes=["read"])
    support.permission.targets.add(world.other_target)
    token = support.traded(support.ticket(targets=[world.target, world.other_target]), audience="back-api")
    onward = world.issued(token, client=world.back, audience="invoices-api")
    record = ExchangeRecord.objects.filter(outcome="granted").earliest("pk")
    assert support.told(token)["active"]
    answer = stop(alice, record)
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    assert not support.told(token)["active"]
    assert not world.introspect(onward, client=world.back)["active"]
    assert ImpersonationTicket.objects.get().revoked is not None
    text = shown(alice)
    assert "Stopped. 2 tokens were revoked." in text
    assert (text.count(">ended<"), ">Stop<" in text) == (2, False)
    revoked = ExchangeRecord.objects.filter(outcome="revoked").latest("pk")
    assert (revoked.reason, revoked.trace[0]["revoked"]) == ("stopped_by_subject", 2)
    stop(alice, record)
    assert "This act had already ended." in shown(alice)


def test_stopping_where_the_token_outlives_its_parents(world, alice):
    """Stopping revokes the token even if its policy does not revoke it with its parents."""
    world.policy(revoked_with_parents=False)
    token = world.issued(world.login_token())
    stop(alice, ExchangeRecord.objects.latest("pk"))
    assert not world.introspect(token)["active"]


def test_what_has_expired_or_lost_its_permission_has_ended(world, support, alice):
    support.traded(support.ticket())
    assert ">acting<" in shown(alice)
    support.permission.enabled = False
    support.permission.save()
    assert ">ended<" in shown(alice)
    support.permission.enabled = True
    support.permission.save()
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert ">ended<" in shown(browser_of(world.alice))


@pytest.mark.scenario("N11")
def test_acts_of_other_users_are_not_found(world, support, alice):
    """A user can neither see nor stop acts of other subjects, nor learn if they exist."""
    bob = browser_of(world.bob)
    support.traded(support.ticket())
    record = ExchangeRecord.objects.latest("pk")
    assert "No user or app has acted in your name." in shown(bob)
    assert "No user or app has acted" in shown(browser_of(support.carol))
    before = state()
    answers = [bob.post(f"{PAGE}{key}/stop/", secure=True) for key in (record.pk, 10**6, 10**30)]
    assert [(answer.status_code, answer.content) for answer in answers] == [(404, answers[0].content)] * 3
    assert browser_of(support.carol).post(f"{PAGE}{record.pk}/stop/", secure=True).status_code == 404
    assert state() == before
    assert stop(alice, record).status_code == 302


def test_own_exchanges_without_an_actor_cannot_be_stopped_here(world, alice):
    world.policy(client=world.spa, ways=["same_subject"], scopes=["read"])
    token = world.issued(world.login_token(), client=world.spa)
    assert stop(alice, ExchangeRecord.objects.latest("pk")).status_code == 404
    assert world.introspect(token, client=world.spa)["active"]


@pytest.mark.scenario("N16")
def test_a_forged_form_stops_nothing(world, support):
    """A form without the CSRF token, or a GET, stops no token."""
    support.traded(support.ticket())
    record, strict = ExchangeRecord.objects.latest("pk"), browser_of(world.alice, enforce_csrf_checks=True)
    before = state()
    assert stop(strict, record).status_code == 403
    assert strict.get(f"{PAGE}{record.pk}/stop/", secure=True).status_code == 405
    assert state() == before
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', shown(strict))[1]
    form = {"csrfmiddlewaretoken": token}
    assert stop(strict, record, data=form, headers={"referer": "https://testserver/"}).status_code == 302


def test_a_login_is_asked_for(support, client):
    support.traded(support.ticket())
    for path, method in ((PAGE, "get"), (f"{PAGE}{ExchangeRecord.objects.latest('pk').pk}/stop/", "post")):
        answer = getattr(client, method)(path, secure=True)
        assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={path}")


@pytest.mark.scenario("G09")
def test_an_actor_neither_sees_nor_stops_acts(world, support, settings):
    """In a session that another user has taken over the page is answered with 403."""
    support.traded(support.ticket())
    record = ExchangeRecord.objects.latest("pk")
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.Hijacked"]
    taken_over, before = browser_of(world.alice), state()
    assert taken_over.get(PAGE, secure=True).status_code == 403
    assert stop(taken_over, record).status_code == 403
    assert state() == before


def test_pages_and_statements_do_not_grow_with_the_rows(world, support, alice):
    """A page lists 25 acts, newest first, and takes the same number of statements for any number of acts."""
    support.traded(support.ticket(reason="Case first"))
    few = queries_of(lambda: shown(alice))
    record = ExchangeRecord.objects.latest("pk")
    rows = [{field.attname: getattr(record, field.attname) for field in record._meta.fields} for _row in range(60)]
    ExchangeRecord.objects.bulk_create(
        ExchangeRecord(**{**row, "id": None, "justification": {"reason": f"Case {number}."}})
        for number, row in enumerate(rows)
    )
    assert queries_of(lambda: shown(alice)) == few
    first, second, third = (shown(alice, f"{PAGE}?page={number}") for number in (1, 2, 3))
    assert [text.count('class="card"') for text in (first, second, third)] == [25, 25, 11]
    assert "Case 59." in first
    assert "Case first" in third
    assert ("?page=2" in first, "?page=1" in second, "?page=3" in second, "?page=4" in third) == (True,) * 3 + (False,)
    for wrong in ("4", "0", "-1", "x", "", "401", "9" * 30, "\u0661"):
        assert alice.get(PAGE, {"page": wrong}, secure=True).status_code == 404, wrong


def test_the_page_is_neither_kept_nor_framed(support, alice, settings):
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "XFrame" not in name]
    support.traded(support.ticket())
    answer = alice.get(PAGE, secure=True)
    assert answer["X-Frame-Options"] == "DENY"
    assert {"no-store", "private"} <= set(answer["Cache-Control"].split(", "))
    assert not re.search(r"<style|style=|<script(?! src)|\son\w+=", answer.content.decode())
