"""Administrators see, shorten and revoke personal access tokens, but neither create them nor see their values."""

from __future__ import annotations

import sys
from datetime import timedelta
from hashlib import sha256

import pytest
from django.contrib.admin.models import LogEntry
from django.core.signals import got_request_exception
from django.test import Client
from django.utils import timezone
from django.views.debug import ExceptionReporter

from tests.admin.conftest import act, messages_of, page, queries_of, text_of
from tests.worlds.log_capture import capturing_logs
from tests.worlds.personal_access_tokens import make, nothing_changes, policy_for_scripts, trade
from token_exchange.admin.tokens.personal_access_token import PersonalAccessTokenAdmin
from token_exchange.models import ExchangeRecord, PersonalAccessToken
from token_exchange.personal_access_tokens import making, revocation
from token_exchange.toolkit import token_values
from token_exchange.toolkit.compat import token_database

MODEL = "personalaccesstoken"


@pytest.fixture
def made(world):
    """Return a token of Alice's that `front` may trade."""
    policy_for_scripts(world)
    return make(world)


@pytest.fixture
def committing(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(using=token_database(), execute=True)


def end(moment):
    """Return the form of a token's page with this expiry."""
    return {"expires_0": moment.date().isoformat(), "expires_1": moment.time().replace(microsecond=0).isoformat()}


def test_overview(world, made, superuser):
    """The list shows all columns, and a long list takes as many queries as a short one."""
    PersonalAccessToken.objects.update(last_used=timezone.now())
    few = queries_of(lambda: superuser.get(page(MODEL)))
    text = text_of(superuser.get(page(MODEL)))
    for told in ("nightly import", "alice", "read, write", "back-api", ">active<"):
        assert told in text, told
    for number in range(10):
        make(world, world.bob, name=f"another {number}")
    assert queries_of(lambda: superuser.get(page(MODEL))) == few


def test_found_by_name_owner_and_state(world, made, superuser):
    ended = make(world, world.bob, name="old one").row
    PersonalAccessToken.objects.filter(pk=ended.pk).update(expires=timezone.now())
    for query, names in (
        ("q=nightly", {"nightly import"}),
        ("q=bob", {"old one"}),
        ("status=active", {"nightly import"}),
        ("status=expired", {"old one"}),
        ("status=revoked", set()),
        ("ends=7", set()),
        ("ends=30", {"nightly import"}),
        ("ends=x", {"nightly import", "old one"}),
    ):
        rows = superuser.get(f"{page(MODEL)}?{query}").context["cl"].queryset
        assert {row.name for row in rows} == names, query


@pytest.mark.scenario("N13")
@pytest.mark.scenario("O06")
def test_n13_the_database_and_every_page_lack_the_value(world, made, superuser):
    """The table holds a keyed hash; pages, searches and names do not even contain that."""
    (row,) = PersonalAccessToken.objects.values()
    assert made.value not in str(row)
    assert row["fingerprint"] == token_values.fingerprint(made.value)
    assert token_values.fingerprint(made.value) != sha256(made.value.encode()).hexdigest()
    assert superuser.get(page(MODEL), {"q": made.value}).context["cl"].result_count == 0
    assert superuser.get(page(MODEL), {"q": row["fingerprint"]}).context["cl"].result_count == 0
    key = made.row.pk
    for path in (page(MODEL), *(page(MODEL, name, key) for name in ("change", "history", "revoke", "delete"))):
        text = text_of(superuser.get(path))
        world.assert_silent(text)
        assert row["fingerprint"][-8:] not in text
    assert str(made.row) == "nightly import"
    assert made.value not in repr(made)


@pytest.mark.scenario("N14")
def test_n14_a_wrong_checksum_costs_no_statement(made, superuser):
    """The page for leaked values recognizes a typo without a database query."""
    wrong = made.value[:-1] + ("a" if made.value[-1] != "a" else "b")
    asked = queries_of(lambda: superuser.post(page(MODEL, "leaked"), {"value": wrong}))
    unknown = token_values.generate("txpat_")
    assert queries_of(lambda: superuser.post(page(MODEL, "leaked"), {"value": unknown})) == asked + 1


@pytest.mark.scenario("N19")
def test_n19_no_user_makes_one_for_another_user(world, made, superuser):
    """Not even a superuser creates a token for another user, because they would hold that user's credential."""
    with nothing_changes():
        assert superuser.get(page(MODEL, "add")).status_code == 403
        assert superuser.post(page(MODEL, "add"), {"name": "x", "owner": world.bob.pk}).status_code == 403
    assert page(MODEL, "add") not in text_of(superuser.get(page(MODEL)))


def test_it_can_only_end_earlier(made, superuser):
    """The form changes the expiry only, and refuses a later one and one in the past."""
    change = page(MODEL, "change", made.row.pk)
    sooner = timezone.now() + timedelta(days=3)
    for moment, complaint in (
        (made.row.expires + timedelta(days=1), "only choose an earlier time"),
        (timezone.now() - timedelta(minutes=1), "To end the token now, revoke it."),
    ):
        with nothing_changes():
            assert complaint in text_of(superuser.post(change, end(moment)))
    forged = {"owner": "2", "name": "mine", "scopes": "write", "fingerprint": "0" * 64, "revoked_0": "2000-01-01"}
    before = PersonalAccessToken.objects.values().get()
    assert superuser.post(change, {**end(sooner), **forged}).status_code == 302
    after = PersonalAccessToken.objects.values().get()
    assert after == {**before, "expires": sooner.replace(microsecond=0)}
    assert LogEntry.objects.get().get_change_message() == "Changed Expires."


def test_a_form_sent_late_brings_no_old_value_back(world, made, superuser, monkeypatch):
    """If the owner renews the token while the form is open, the new value works and the old one does not."""
    renewed = []
    save = PersonalAccessTokenAdmin.save_model

    def renew_first(self, request, obj, form, change):
        row = PersonalAccessToken.objects.get()
        renewed.append(making.rotate(row, expires=row.expires))
        save(self, request, obj, form, change)

    monkeypatch.setattr(PersonalAccessTokenAdmin, "save_model", renew_first)
    superuser.post(page(MODEL, "change", made.row.pk), end(timezone.now() + timedelta(days=3)))
    assert trade(world, made.value).status_code == 400
    assert trade(world, renewed[0].value).status_code == 200


def test_what_has_ended_is_only_shown(made, superuser):
    PersonalAccessToken.objects.update(revoked=timezone.now())
    answer = superuser.get(page(MODEL, "change", made.row.pk))
    assert 'name="expires_0"' not in text_of(answer)
    assert "/revoke/" not in text_of(answer)
    with nothing_changes():
        sent = superuser.post(page(MODEL, "change", made.row.pk), end(timezone.now() + timedelta(days=1)))
        assert sent.status_code == 403


@pytest.mark.scenario("P08")
def test_p08_revoked_by_the_button(world, made, superuser):
    """The page says how many active tokens stop; they stop, and the record and the log say why and by whom."""
    tokens = [trade(world, made.value).json()["access_token"] for _ in range(2)]
    revoke = page(MODEL, "revoke", made.row.pk)
    with nothing_changes():
        assert "<b>2</b> active tokens were derived from it" in text_of(superuser.get(revoke))
    answer = superuser.post(revoke, follow=True)
    assert messages_of(answer) == ["1 token revoked. 2 active derived tokens were revoked too."]
    assert [world.introspect(token)["active"] for token in tokens] == [False, False]
    assert trade(world, made.value).status_code == 400
    record = ExchangeRecord.objects.get(outcome="revoked")
    assert (record.reason, record.trace[0]["revoked"], len(record.trace[0]["tokens"])) == ("revoked_in_admin", 2, 2)
    assert {token["client"] for token in record.trace[0]["tokens"]} == {"front"}
    assert LogEntry.objects.get().get_change_message() == "Revoked, with everything derived from it."
    assert messages_of(superuser.post(revoke, follow=True))[-1].startswith("0 tokens revoked.")
    assert ExchangeRecord.objects.filter(outcome="revoked").count() == 1


def test_an_unused_one_leaves_a_record_too(world, made, superuser):
    act(superuser, MODEL, "revoke_selected", made.row, make(world, name="second").row)
    records = ExchangeRecord.objects.filter(outcome="revoked", reason="revoked_in_admin")
    assert set(records.values_list("subject", flat=True)) == {str(world.alice.pk)}
    assert PersonalAccessToken.objects.filter(revoked=None).count() == 0


def test_deleting_ends_what_was_exchanged(world, made, superuser):
    token = trade(world, made.value).json()["access_token"]
    assert superuser.post(page(MODEL, "delete", made.row.pk), {"post": "yes"}).status_code == 302
    assert not PersonalAccessToken.objects.exists()
    assert not world.introspect(token)["active"]
    assert ExchangeRecord.objects.latest("pk").reason == "revoked_in_admin"


ALL = ("view", "change", "delete", "revoke")


@pytest.mark.scenario("O01")
@pytest.mark.scenario("O02")
@pytest.mark.parametrize("held", ALL)
def test_each_permission_opens_its_own_doors(world, made, staff, held):
    """The permissions to view, change and revoke each allow only their own action."""
    browser = staff(f"{held}_{MODEL}")
    key, other = made.row.pk, make(world, name="second").row.pk
    looks = held in ("view", "change")
    doors = [
        (browser.get(page(MODEL)), looks or held == "delete"),
        (browser.get(page(MODEL, "change", key)), looks or held == "delete"),
        (browser.get(page(MODEL, "revoke", key)), held == "revoke"),
        (browser.get(page(MODEL, "leaked")), held == "revoke"),
    ]
    expected = [(200, 403)[not opens] for _answer, opens in doors]
    if held == "delete":  # Django lets nobody see what they may only delete
        expected[:2] = [403, 403]
    assert [answer.status_code for answer, _opens in doors] == expected
    forbidden = {
        "change": lambda: browser.post(page(MODEL, "change", key), end(timezone.now() + timedelta(days=1))),
        "revoke": lambda: browser.post(page(MODEL, "revoke", key)),
        "delete": lambda: browser.post(page(MODEL, "delete", key), {"post": "yes"}),
    }
    with nothing_changes():
        for name, attempt in forbidden.items():
            if name != held:
                assert attempt().status_code == 403, name
        if held != "revoke":
            action = {"action": "revoke_selected", "_selected_action": [key, other]}
            assert browser.post(page(MODEL), action).status_code == 403
            assert browser.post(page(MODEL, "leaked"), {"value": made.value}).status_code == 403
    if held in forbidden:
        assert forbidden[held]().status_code == 302


def test_forged_forms_change_nothing(world, made):
    user = world.user("root", is_staff=True, is_superuser=True)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(user)
    with nothing_changes():
        assert strict.post(page(MODEL, "revoke", made.row.pk)).status_code == 403
        assert strict.post(page(MODEL, "leaked"), {"value": made.value}).status_code == 403


def test_names_are_escaped(world, made, superuser):
    hostile = "<script>alert(1)</script>"
    PersonalAccessToken.objects.update(name=hostile, scopes=[hostile])
    world.alice.username = f"a{hostile}"
    world.alice.save()
    for path in (page(MODEL), page(MODEL, "change", made.row.pk), page(MODEL, "revoke", made.row.pk)):
        text = text_of(superuser.get(path))
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert(1)" in text


class TestLeaked:
    """The page revokes a leaked token by its value."""

    @pytest.fixture
    def paste(self, superuser):
        def pasted(value, browser=superuser):
            with capturing_logs() as pasted.heard:
                return browser.post(page(MODEL, "leaked"), {"value": value}, follow=True)

        return pasted

    @pytest.mark.scenario("P08")
    def test_it_is_revoked_with_its_descendants_and_announced(self, world, made, paste, committing, mailoutbox):
        """A leaked token is revoked together with the tokens exchanged from it, and its owner gets a mail."""
        token = trade(world, made.value).json()["access_token"]
        with committing():
            answer = paste(f"  {made.value}\n")
            assert mailoutbox == []
        told = ["“nightly import” of alice was revoked, with 1 active token derived from it. Its owner gets an e-mail."]
        assert messages_of(answer) == told
        assert trade(world, made.value).status_code == 400
        assert not world.introspect(token)["active"]
        record = ExchangeRecord.objects.get(outcome="revoked")
        assert (record.reason, record.trace[0]["revoked"]) == ("leaked", 1)
        (entry,) = LogEntry.objects.all()
        (letter,) = mailoutbox
        assert (entry.object_id, letter.to) == (str(made.row.pk), ["alice@example.org"])
        assert "has leaked and was revoked" in letter.subject
        world.assert_silent(
            text_of(answer), str(vars(entry)), str(vars(record)), letter.body, letter.subject, str(answer.headers)
        )
        assert not paste.heard.tells([made.value])

    def test_twice_is_once(self, world, made, paste, committing, mailoutbox):
        with committing():
            paste(made.value)
            again = paste(made.value)
        assert messages_of(again)[-1] == "“nightly import” of alice had already been revoked."
        assert (len(mailoutbox), LogEntry.objects.count()) == (1, 1)
        assert ExchangeRecord.objects.filter(outcome="revoked", subject=str(world.alice.pk)).count() == 1

    @pytest.mark.parametrize("value", ["", "txpat_", "x" * 9_000, "<script>alert(1)</script>"])
    def test_unknown_values_are_neither_kept_nor_echoed(self, made, paste, mailoutbox, value):
        with nothing_changes():
            answer = paste(value)
        text = text_of(answer)
        assert 'class="errorlist"' in text
        assert "no-store" in answer["Cache-Control"]
        assert 'autocomplete="off"' in text
        assert len(value) < 7 or value not in text
        assert (len(mailoutbox), LogEntry.objects.count(), ExchangeRecord.objects.count()) == (0, 0, 0)

    def test_no_oracle(self, made, paste, staff):
        """A user who may not revoke gets the same answer for every value, before it is looked up."""
        browser = staff(f"view_{MODEL}", f"change_{MODEL}")
        with nothing_changes():
            known, unknown = paste(made.value, browser), paste(token_values.generate("txpat_"), browser)
        assert (known.status_code, known.content) == (unknown.status_code, unknown.content) == (403, known.content)
        assert queries_of(lambda: browser.post(page(MODEL, "leaked"), {"value": made.value})) == queries_of(
            lambda: browser.post(page(MODEL, "leaked"), {"value": "x"})
        )

    def test_who_may_not_look_learns_no_name(self, made, paste, staff):
        answer = paste(made.value, staff(f"revoke_{MODEL}"))
        assert messages_of(answer) == [
            "The token was revoked, with 0 active tokens derived from it. Its owner gets an e-mail."
        ]

    def test_an_error_report_shows_no_value(self, world, made, superuser, monkeypatch):
        """An error report contains the value neither among the parameters nor among the variables."""

        def fail(*_anything, **_named):
            raise OSError("no database")

        monkeypatch.setattr(revocation, "revoke_on_record", fail)
        reports = []

        def report(sender, request, **_named):
            reports.append(ExceptionReporter(request, *sys.exc_info()).get_traceback_html())

        superuser.raise_request_exception = False
        got_request_exception.connect(report)
        try:
            assert superuser.post(page(MODEL, "leaked"), {"value": made.value}).status_code == 500
        finally:
            got_request_exception.disconnect(report)
        (text,) = reports
        assert "no database" in text
        world.assert_silent(text)
