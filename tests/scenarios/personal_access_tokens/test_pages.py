"""Section N: users make, renew and revoke their own personal access tokens on pages (INV-20, INV-26)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Group, Permission
from django.contrib.sessions.models import Session
from django.utils import timezone

from tests.worlds.personal_access_tokens import (
    PAGES,
    VALUE,
    Person,
    errors_of,
    make,
    nothing_changes,
    policy_for_scripts,
    trade,
    value_shown,
)
from token_exchange.models import ExchangeRecord, PersonalAccessToken
from token_exchange.toolkit.compat import token_database
from token_exchange.toolkit.token_values import is_well_formed


@pytest.fixture
def alice(world):
    policy_for_scripts(world)
    return Person(world)


@pytest.fixture
def committing(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(using=token_database(), execute=True)


def test_made_and_exchanged(world, alice):
    """The value on the page can be exchanged, with the chosen scopes, target and expiry."""
    answer = alice.makes(scopes=["read", "write"])
    value = value_shown(answer)
    row = PersonalAccessToken.objects.get()
    assert (row.owner, row.name, row.scopes) == (world.alice, "backup", ["read", "write"])
    assert [target.name for target in row.targets.all()] == ["back-api"]
    assert abs(row.expires - timezone.now() - timedelta(days=30)) < timedelta(minutes=1)
    assert trade(world, value).json()["scope"] == "read write"


@pytest.mark.scenario("N14")
def test_n14_the_value_has_a_form_that_scanners_know(world, alice):
    """The value has a prefix and a checksum, so that secret scanners recognize it without the database."""
    value = value_shown(alice.makes())
    assert VALUE.fullmatch(value)
    assert is_well_formed(value, "txpat_")
    assert not is_well_formed(value[:-1] + ("a" if value[-1] != "a" else "b"), "txpat_")


def test_the_value_is_shown_once(world, alice):
    """One response contains the value, with `no-store`; no URL, session, message, log or list does."""
    answer = alice.makes()
    value = value_shown(answer)
    assert "no-store" in answer["Cache-Control"]
    assert "Location" not in answer
    assert not alice.heard.tells([value])
    world.assert_silent(str(answer.headers), str(alice.browser.cookies))
    for session in Session.objects.all():
        assert value not in str(session.get_decoded())
    key = PersonalAccessToken.objects.get().pk
    for page in ("", "new/", f"{key}/renew/", f"{key}/revoke/"):
        world.assert_silent(alice.get(page).content.decode())


def test_reloading_makes_no_second_token(world, alice):
    """The same form sent again shows an error and no value."""
    value_shown(alice.makes())
    with nothing_changes():
        again = alice.makes()
    assert (again.status_code, errors_of(again)) == (400, ["You already have an active token with this name."])
    assert not VALUE.search(again.content.decode())


def test_the_list_tells_everything_but_the_value(world, alice):
    made = make(world, days=3)
    row = made.row
    row.last_used, row.last_address = timezone.now(), "192.0.2.1"
    row.save()
    ended = make(world, name="old one", days=1).row
    PersonalAccessToken.objects.filter(pk=ended.pk).update(expires=timezone.now())
    shown = alice.get().content.decode()
    for text in ("nightly import", "back-api", "Read everything", "from 192.0.2.1", ">active<", "old one", ">expired<"):
        assert text in shown, text
    assert "1 expired or revoked token" in re.sub(r"\s+", " ", shown)
    assert row.fingerprint not in shown


@pytest.mark.scenario("N02")
@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("", "Enter a name for the token."),
        ("   ", "Enter a name for the token."),
        ("x" * 101, "at most 100 characters"),
        ("two\nlines", "visible characters"),
        ("back\u202eward", "visible characters"),
        ("nul\x00", "Null characters"),
        ("nightly import", "already"),
        (" Nightly IMPORT ", "already"),
    ],
)
def test_n02_names(world, alice, name, complaint):
    """A name that is empty, too long, unreadable, or that of another active token is refused."""
    make(world)
    make(world, world.bob, name="backup")
    value_shown(alice.makes(name="first"))
    with nothing_changes():
        answer = alice.makes(name=name)
    assert answer.status_code == 400
    assert complaint in " ".join(errors_of(answer))
    value_shown(alice.makes(name="x" * 100))


@pytest.mark.scenario("N02")
def test_n02_special_characters_are_stored_as_they_are_and_shown_escaped(world, alice):
    """A name may contain any character; it is stored unchanged and escaped on every page."""
    name = "<script>alert(1)</script> & “ünïcödé” 🔑 {{ 7 }}"
    value_shown(alice.makes(name=name))
    assert PersonalAccessToken.objects.get().name == name
    key = PersonalAccessToken.objects.get().pk
    for page in ("", f"{key}/renew/", f"{key}/revoke/"):
        shown = alice.get(page).content.decode()
        assert "<script>alert" not in shown
        assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; “ünïcödé” 🔑 {{ 7 }}" in shown


def test_n02_a_name_is_free_again_once_its_token_has_ended(world, alice):
    """A name can be used again after its token was revoked."""
    alice.post(f"{make(world).row.pk}/revoke/", {})
    value_shown(alice.makes(name="nightly import"))


def day(**distance):
    return (timezone.now() + timedelta(**distance)).date().isoformat()


@pytest.mark.scenario("N03")
@pytest.mark.parametrize(
    ("form", "complaint"),
    [
        ({"lifetime": "day", "day": day(days=-2)}, "Enter a time in the future."),
        ({"lifetime": "day", "day": day(days=32)}, "Enter a time at most 30 days from now."),
        ({"lifetime": "day", "day": "9999-12-31"}, "Enter a time at most 30 days from now."),
        ({"lifetime": "day", "day": ""}, "Choose the last day."),
        ({"lifetime": "day", "day": "soon"}, "Enter a valid date."),
        ({"lifetime": ""}, "Choose a lifetime."),
        ({"lifetime": "90"}, "not one of the available choices"),
        ({"lifetime": "-1"}, "not one of the available choices"),
    ],
)
def test_n03_ends(world, alice, settings, form, complaint):
    """A token expires later than now, and not later than the site allows."""
    settings.TOKEN_EXCHANGE = {"PERSONAL_ACCESS_TOKEN_DAYS": 30}
    value_shown(alice.makes(name="first"))
    with nothing_changes():
        answer = alice.makes(**form)
    assert answer.status_code == 400
    assert complaint in " ".join(errors_of(answer))
    value_shown(alice.makes(lifetime="day", day=day(days=3)))


@pytest.mark.scenario("N03")
def test_n03_a_day_counts_through_its_end(world, alice, settings):
    """The last day may be today, or the last day that the site allows."""
    settings.TOKEN_EXCHANGE = {"PERSONAL_ACCESS_TOKEN_DAYS": 30}
    noon = timezone.now().replace(hour=12, minute=0, second=0, microsecond=0)
    with time_machine.travel(noon, tick=False):
        value_shown(alice.makes(name="today", lifetime="day", day=day()))
        value_shown(alice.makes(name="last", lifetime="day", day=day(days=30)))
    ends = dict(PersonalAccessToken.objects.values_list("name", "expires"))
    assert ends == {"today": noon + timedelta(hours=12), "last": noon + timedelta(days=30)}


@pytest.mark.parametrize("longest", [1, 10])
def test_n03_a_short_maximum_is_offered_itself(world, alice, settings, longest):
    """A maximum below seven days is offered as the lifetime."""
    settings.TOKEN_EXCHANGE = {"PERSONAL_ACCESS_TOKEN_DAYS": longest}
    shown = alice.get("new/").content.decode()
    assert re.findall(r'name="lifetime" value="(\w+)"', shown) == [str(min(longest, 7)), "day"]


@pytest.mark.scenario("N05")
@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"scopes": ["read", "write"]}, "write"),
        ({"scopes": []}, "Choose at least one scope."),
        ({"scopes": ["introspection"]}, "introspection"),
        ({"scopes": ["unheard-of"]}, "unheard-of"),
        ({"scopes": ["invoices:read"]}, "None of the chosen targets understands these scopes: invoices:read"),
        ({"targets": []}, "Choose at least one target."),
        ({"targets": ["unknown-api"]}, "unknown-api"),
        ({"targets": ["back-api", "closed-api"]}, "closed-api"),
    ],
)
def test_n05_beyond_the_owner_or_the_targets(world, alice, settings, form, field):
    """A scope that the owner has no right for, or that no chosen target understands, is refused."""
    settings.TOKEN_EXCHANGE = {"SCOPE_PERMISSIONS": {"write": "token_exchange.change_target"}}
    world.target.scopes = [*world.target.scopes, "introspection", "personal_access_tokens"]
    world.target.save()
    world.make_target("closed-api", enabled=False)
    value_shown(alice.makes(name="first"))
    with nothing_changes():
        answer = alice.makes(**form)
    assert answer.status_code == 400
    assert field in " ".join(errors_of(answer))
    value_shown(alice.makes(name="last"))


@pytest.mark.scenario("N05")
def test_n05_only_the_owners_rights_are_offered(world, alice, settings):
    """A scope that needs a permission is offered to owners who have it, with its description."""
    settings.TOKEN_EXCHANGE = {"SCOPE_PERMISSIONS": {"write": "token_exchange.change_target"}}
    assert "Change everything" not in alice.get("new/").content.decode()
    clerks = Group.objects.create(name="clerks")
    clerks.permissions.add(Permission.objects.get(codename="change_target"))
    world.alice.groups.add(clerks)
    assert "Change everything" in alice.get("new/").content.decode()
    value_shown(alice.makes(scopes=["write"]))


def test_a_site_without_targets_says_so(world, alice):
    world.target.enabled = world.other_target.enabled = False
    world.target.save()
    world.other_target.save()
    shown = alice.get("new/")
    assert shown.status_code == 200
    assert "no service that you could use a token for" in shown.content.decode()


def test_renewed(world, alice):
    """A renewal gives a new value and expiry with the same limits; the old value and its descendants are refused."""
    made = make(world)
    token = trade(world, made.value).json()["access_token"]
    assert "<b>1</b> active token was exchanged from it" in alice.get(f"{made.row.pk}/renew/").content.decode()
    answer = alice.renews(made.row)
    value = value_shown(answer)
    assert "no-store" in answer["Cache-Control"]
    assert not world.introspect(token)["active"]
    assert trade(world, made.value).status_code == 400
    assert trade(world, value).json()["scope"] == "read write"
    row = PersonalAccessToken.objects.get()
    assert abs(row.expires - timezone.now() - timedelta(days=7)) < timedelta(minutes=1)


def test_reloading_renews_once(world, alice):
    """The form renews the value for which it was shown; sent again, it shows an error and changes nothing."""
    row = make(world).row
    form = {"seen": row.fingerprint[-8:], "lifetime": "7", "day": ""}
    value_shown(alice.post(f"{row.pk}/renew/", form))
    with nothing_changes():
        again = alice.post(f"{row.pk}/renew/", form)
    assert (again.status_code, errors_of(again)) == (400, ["The token has been renewed since this page was opened."])
    assert not VALUE.search(again.content.decode())


def test_an_expired_token_is_renewed_unless_its_name_was_given_away(world, alice):
    row = make(world, days=1).row
    PersonalAccessToken.objects.update(expires=timezone.now())
    other = make(world)
    with nothing_changes():
        answer = alice.renews(row)
    assert (answer.status_code, errors_of(answer)) == (400, ["You already have an active token with this name."])
    alice.post(f"{other.row.pk}/revoke/", {})
    assert trade(world, value_shown(alice.renews(row))).status_code == 200


def test_no_token_is_renewed_beyond_the_maximum(world, alice, settings):
    settings.TOKEN_EXCHANGE = {"PERSONAL_ACCESS_TOKEN_DAYS": 30}
    row = make(world).row
    with nothing_changes():
        answer = alice.renews(row, lifetime="day", day=day(days=40))
    assert (answer.status_code, errors_of(answer)) == (400, ["Enter a time at most 30 days from now."])


def test_revoked(world, alice):
    """The page shows how many tokens are revoked too; a revoked token cannot be renewed or revoked again."""
    made = make(world)
    tokens = [trade(world, made.value).json()["access_token"] for _ in range(2)]
    with nothing_changes():
        asked = alice.get(f"{made.row.pk}/revoke/").content.decode()
    assert "<b>2</b> active tokens were exchanged from it" in asked
    answer = alice.post(f"{made.row.pk}/revoke/", {})
    assert (answer.status_code, answer["Location"]) == (302, PAGES)
    told = alice.get().content.decode()
    assert "“nightly import” was revoked. 2 tokens made from it were revoked too." in told
    assert ">revoked<" in told
    assert [world.introspect(token)["active"] for token in tokens] == [False, False]
    assert trade(world, made.value).status_code == 400
    assert [alice.get(f"{made.row.pk}/{page}/").status_code for page in ("renew", "revoke")] == [404, 404]


@pytest.mark.scenario("N11")
@pytest.mark.parametrize("page", ["renew", "revoke"])
def test_n11_another_persons_token_does_not_exist(world, alice, page):
    """The answers do not reveal if another user has a token with this number."""
    own, others = make(world), make(world, world.bob, name="bob's own")
    assert alice.get(f"{own.row.pk}/{page}/").status_code == 200
    form = {"seen": others.row.fingerprint[-8:], "lifetime": "7"}
    with nothing_changes():
        answers = [
            *(alice.get(f"{key}/{page}/") for key in (others.row.pk, 10**6, 10**30)),
            *(alice.post(f"{key}/{page}/", form) for key in (others.row.pk, 10**6, 10**30)),
        ]
    assert [answer.status_code for answer in answers] == [404] * 6
    assert "bob" not in alice.get().content.decode()
    assert trade(world, others.value).status_code == 200


@pytest.mark.scenario("N16")
def test_n16_get_changes_nothing(world, alice):
    """GET and HEAD change nothing, whatever the query string contains."""
    row = make(world).row
    query = "?name=x&targets=back-api&scopes=read&lifetime=7"
    with nothing_changes():
        for page in ("", "new/", f"{row.pk}/renew/", f"{row.pk}/revoke/"):
            assert alice.get(f"{page}{query}").status_code == 200
            assert alice.browser.head(f"{PAGES}{page}", secure=True).status_code == 200


@pytest.mark.scenario("N16")
@pytest.mark.parametrize("middleware", [True, False])
def test_n16_a_forged_form_is_refused(world, alice, settings, middleware):
    """A form without the CSRF token is refused, even if the site has not installed Django's middleware."""
    if not middleware:
        settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "Csrf" not in name]
    row, strict = make(world).row, Person(world, enforce_csrf_checks=True)
    forms = {
        "new/": {"name": "forged", "targets": ["back-api"], "scopes": ["read"], "lifetime": "7"},
        f"{row.pk}/renew/": {"seen": row.fingerprint[-8:], "lifetime": "7"},
        f"{row.pk}/revoke/": {},
    }
    with nothing_changes():
        assert [strict.post(page, form).status_code for page, form in forms.items()] == [403, 403, 403]
    page = strict.get("new/").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
    value_shown(
        strict.post("new/", {**forms["new/"], "csrfmiddlewaretoken": token}, headers={"referer": "https://testserver/"})
    )


def test_a_visitor_without_a_session_has_to_log_in(world, alice, client):
    row = make(world).row
    for page in ("", "new/", f"{row.pk}/renew/", f"{row.pk}/revoke/"):
        for method in ("get", "post"):
            answer = getattr(client, method)(f"{PAGES}{page}", secure=True)
            assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={PAGES}{page}")


@pytest.mark.parametrize("page", ["", "new/", "{}/renew/", "{}/revoke/"])
def test_no_page_is_kept_or_framed(world, alice, settings, page):
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "XFrame" not in name]
    answer = alice.get(page.format(make(world).row.pk))
    assert answer["X-Frame-Options"] == "DENY"
    assert {"no-store", "private"} <= set(answer["Cache-Control"].split(", "))
    assert not re.search(r"<style|style=|<script(?! src)|\son\w+=", answer.content.decode())


class Hijacked:
    """The middleware of a site that lets one user take over the session of another, and names the actor."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.actor = "root"
        return self.get_response(request)


@pytest.mark.scenario("N12")
def test_n12_an_actor_in_a_session_is_refused(world, alice, settings):
    """In a session that another user has taken over, no page shows or makes tokens (INV-26)."""
    row = make(world).row
    value_shown(alice.makes(name="first"))
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.Hijacked"]
    taken_over = Person(world)
    with nothing_changes():
        assert taken_over.makes(name="second").status_code == 403
        for page in ("", "new/", f"{row.pk}/renew/", f"{row.pk}/revoke/"):
            assert taken_over.get(page).status_code == 403
            assert taken_over.post(page, {}).status_code == 403
    value_shown(alice.makes(name="third"))


def test_the_owner_gets_letters(world, alice, committing, mailoutbox):
    """The owner gets a letter when a token is made or renewed, after the commit and without the value."""
    with committing():
        value_shown(alice.makes())
        assert mailoutbox == []
    with committing():
        value_shown(alice.renews(PersonalAccessToken.objects.get()))
    made, renewed = mailoutbox
    assert made.to == renewed.to == ["alice@example.org"]
    assert "made in your name: “backup”" in made.subject
    assert "back-api" in made.body
    assert "“backup” was renewed" in renewed.subject
    assert "Name: backup" in renewed.body
    for letter in mailoutbox:
        world.assert_silent(letter.subject, letter.body)


def test_the_value_is_shown_even_if_no_letter_can_be_sent(world, alice, committing, settings):
    settings.EMAIL_BACKEND = "tests.no.such.Backend"
    with committing():
        value = value_shown(alice.makes())
    assert trade(world, value).status_code == 200


@pytest.mark.scenario("N18")
def test_n18_password_and_logout_leave_tokens_alone(world, alice):
    """Neither a new password nor the end of all sessions revokes a token, as documented."""
    made = make(world)
    token = trade(world, made.value).json()["access_token"]
    world.alice.set_password("another password")
    world.alice.save()
    Session.objects.all().delete()
    assert trade(world, made.value).status_code == 200
    assert world.introspect(token)["active"]
    assert ExchangeRecord.objects.latest("pk").outcome == "granted"
