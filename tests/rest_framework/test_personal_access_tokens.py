"""Users in person manage their own personal access tokens through the API (INV-20, INV-26)."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone
from oauth2_provider.models import get_access_token_model, get_refresh_token_model

from tests.worlds.help_desk import HelpDesk
from tests.worlds.log_capture import capturing_logs
from tests.worlds.personal_access_tokens import VALUE, make, nothing_changes, policy_for_scripts, trade
from token_exchange.models import PersonalAccessToken
from token_exchange.toolkit.compat import fingerprint_of, token_database

API = "/api/personal-access-tokens/"
MANAGING = "personal_access_tokens"


@pytest.fixture
def site(world, settings):
    """Set up a site where apps may have the scope for managing tokens, and where even targets understand it."""
    scopes = {**settings.OAUTH2_PROVIDER["SCOPES"], MANAGING: "Manage your personal access tokens"}
    settings.OAUTH2_PROVIDER = {**settings.OAUTH2_PROVIDER, "SCOPES": scopes}
    for target in (world.target, world.other_target):
        target.scopes = [*target.scopes, MANAGING]
        target.save()
    policy_for_scripts(world, scopes=["read", "write", MANAGING])
    return world


def ask(world, method="get", where="", body=None, *, token=None, browser=None, host="back-api.example", **extra):
    """Send JSON to the API, with a bearer token or in a browser's session."""
    headers = {"host": host, **({"Authorization": f"Bearer {token}"} if token else {}), **extra.pop("headers", {})}
    content = {} if method == "get" else {"data": body or {}, "content_type": "application/json"}
    answer = getattr(browser or Browser(), method)(f"{API}{where}", headers=headers, secure=True, **content, **extra)
    world.secrets |= set(VALUE.findall(answer.content.decode()))
    return answer


def app(world, user=None, scope=f"read {MANAGING}"):
    """Return a token of a user's own login to an app."""
    return world.login_token(user, scope=scope)


def in_browser(user, **options):
    browser = Browser(**options)
    browser.force_login(user)
    return browser


def described(**changes):
    ends = (timezone.now() + timedelta(days=30)).isoformat()
    return {"name": "backup", "scopes": ["read"], "targets": ["back-api"], "expires": ends, **changes}


@pytest.fixture(params=["app", "browser"])
def alice(request, site):
    """Return a function that sends Alice's requests, through an app or in her browser."""
    way = {"token": app(site)} if request.param == "app" else {"browser": in_browser(site.alice)}

    def asks(method="get", where="", body=None, **more):
        return ask(site, method, where, body, **{**way, **more})

    return asks


def test_made_listed_renewed_revoked(site, alice):
    """A token is created, listed, renewed and revoked; only two answers hold a value."""
    made = alice("post", body=described())
    assert made.status_code == 201, made.content
    assert "no-store" in made["Cache-Control"]
    first = made.json().pop("token")
    traded = trade(site, first)
    assert traded.json()["scope"] == "read"
    (listed,) = alice().json()
    assert listed == {name: value for name, value in made.json().items() if name != "token"}
    assert (listed["name"], listed["targets"], listed["is_live"]) == ("backup", ["back-api"], True)
    key, ends = listed["id"], (timezone.now() + timedelta(days=60)).isoformat()
    renewed = alice("post", f"{key}/renew/", {"expires": ends})
    assert renewed.status_code == 200
    second = renewed.json()["token"]
    assert [trade(site, value).status_code for value in (first, second)] == [400, 200]
    revoked = alice("post", f"{key}/revoke/")
    assert (revoked.status_code, revoked.json()["stopped"], revoked.json()["is_live"]) == (200, 1, False)
    assert trade(site, second).status_code == 400
    assert alice().json()[0]["revoked"] == revoked.json()["revoked"]
    site.assert_silent(alice().content.decode(), revoked.content.decode())


def later(**distance):
    return (timezone.now() + timedelta(**distance)).isoformat()


@pytest.mark.scenario("N02")
@pytest.mark.scenario("N03")
@pytest.mark.scenario("N05")
@pytest.mark.parametrize(
    ("changes", "field", "complaint"),
    [
        ({"name": ""}, "name", "blank"),
        ({"name": "x" * 101}, "name", "100 characters"),
        ({"name": "two\nlines"}, "name", "visible"),
        ({"name": "Nightly Import"}, "name", "already"),
        ({"name": None}, "name", "null"),
        ({"expires": later(days=-1)}, "expires", "in the future"),
        ({"expires": later(days=400)}, "expires", "366 days"),
        ({"expires": None}, "expires", "null"),
        ({"expires": "for ever"}, "expires", "format"),
        ({"scopes": []}, "scopes", "empty"),
        ({"scopes": ["write"]}, "scopes", "The owner may not give"),
        ({"scopes": [MANAGING]}, "scopes", "The owner may not give"),
        ({"scopes": ["invoices:read"]}, "scopes", "None of the chosen targets"),
        ({"scopes": "read"}, "scopes", "list"),
        ({"targets": []}, "targets", "empty"),
        ({"targets": ["unknown-api"]}, "targets", "unknown-api"),
        ({"targets": ["closed-api"]}, "targets", "closed-api"),
    ],
)
def test_refused_like_on_the_page(site, alice, settings, changes, field, complaint):
    """The API refuses what the form refuses and names the field; valid data are accepted before and after."""
    settings.TOKEN_EXCHANGE = {"SCOPE_PERMISSIONS": {"write": "token_exchange.change_target"}}
    site.make_target("closed-api", enabled=False)
    make(site, scopes=["read"])
    assert alice("post", body=described(name="first")).status_code == 201
    with nothing_changes():
        answer = alice("post", body=described(**changes))
    assert (answer.status_code, list(answer.json())) == (400, [field])
    assert complaint in str(answer.json()[field])
    assert alice("post", body=described(name="last")).status_code == 201


@pytest.mark.scenario("N03")
def test_n03_a_token_without_an_end_is_refused(site, alice):
    """A request without an end is refused, when creating and when renewing."""
    key = alice("post", body=described()).json()["id"]
    endless = {name: value for name, value in described(name="other").items() if name != "expires"}
    with nothing_changes():
        answers = [alice("post", body=endless), alice("post", f"{key}/renew/", {})]
    assert [(answer.status_code, list(answer.json())) for answer in answers] == [(400, ["expires"])] * 2


@pytest.mark.scenario("N11")
def test_n11_another_persons_token_does_not_exist(site, alice):
    """The token of another user is answered 404, like a token that does not exist."""
    others = make(site, site.bob)
    with nothing_changes():
        for key in (others.row.pk, 10**6, 10**30):
            assert alice("post", f"{key}/renew/", {"expires": later(days=3)}).status_code == 404
            assert alice("post", f"{key}/revoke/").status_code == 404
    assert alice().json() == []
    assert trade(site, others.value).status_code == 200


@pytest.fixture
def kinds(site):
    """Return every kind of token that is not of the user's own login, each with the scope for managing tokens."""
    desk = HelpDesk(site, scopes=["read", MANAGING])
    site.policy(scopes=["read", MANAGING])
    site.policy(client=site.agent, ways=["without_actor"], scopes=["read", MANAGING])
    site.policy(client=site.agent, ways=["same_subject"], issued_to=[site.agent], scopes=["read", MANAGING])
    both = f"read {MANAGING}"
    login, script = app(site), make(site, scopes=["read", MANAGING]).value
    impersonated = site.issued(login, client=site.agent)
    tokens = {
        "exchanged, a client acting": site.issued(login),
        "delegated to a person": desk.token(desk.subject_token(scope=both), desk.actor_token(scope=both)),
        "impersonated": impersonated,
        "impersonated, then exchanged": site.issued(impersonated, client=site.agent),
        "of a personal access token": trade(site, script).json()["access_token"],
        "a client's own": site.client_token(scope=both),
    }
    for kind, token in tokens.items():
        assert MANAGING in site.introspect(token, client=issued_to(site, desk, kind))["scope"], kind
    return {**tokens, "a personal access token": script, "one that nobody made": "txpat_" + "0" * 49}


def issued_to(world, desk, kind):
    return {"delegated to a person": desk.client}.get(kind, world.agent if "impersonated" in kind else world.front)


@pytest.mark.scenario("N12")
@pytest.mark.parametrize("bearer_use", [False, True])
def test_n12_only_the_person(site, kinds, settings, bearer_use):
    """No exchanged token, no client's own and no personal access token creates, renews, revokes or lists any."""
    settings.TOKEN_EXCHANGE = {"PERSONAL_ACCESS_TOKEN_BEARER": bearer_use}
    login, row = app(site), PersonalAccessToken.objects.get()
    assert ask(site, "post", body=described(name="first"), token=login).status_code == 201
    for kind, token in kinds.items():
        with nothing_changes():
            answers = [
                ask(site, token=token),
                ask(site, "post", body=described(name="second"), token=token),
                ask(site, "post", f"{row.pk}/renew/", {"expires": later(days=3)}, token=token),
                ask(site, "post", f"{row.pk}/revoke/", token=token),
            ]
        assert [answer.status_code for answer in answers] == [403] * 4, kind
        assert {answer.json()["detail"] for answer in answers} == {"Only the user in person may do this."}, kind
    assert ask(site, "post", body=described(name="third"), token=login).status_code == 201


def test_an_app_needs_the_scope(site):
    token = app(site, scope="read write")
    with nothing_changes():
        assert ask(site, token=token).status_code == 403
        assert ask(site, "post", body=described(), token=token).status_code == 403


@pytest.mark.scenario("N12")
def test_n12_a_session_that_another_user_has_taken_over(site, settings):
    """A user who has taken over the session of another user cannot create a token."""
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.scenarios.personal_access_tokens.test_pages.Hijacked"]
    with nothing_changes():
        assert ask(site, "post", body=described(), browser=in_browser(site.alice)).status_code == 403


@pytest.mark.scenario("N16")
def test_n16_a_session_needs_its_csrf_token(site):
    """A form of another site, sent along with the cookies, changes nothing."""
    row, browser = make(site).row, in_browser(site.alice, enforce_csrf_checks=True)
    assert ask(site, browser=browser).status_code == 200
    with nothing_changes():
        for where in ("", f"{row.pk}/renew/", f"{row.pk}/revoke/"):
            assert ask(site, "post", where, described(), browser=browser).status_code == 403


@pytest.mark.scenario("N16")
def test_n16_get_changes_nothing(site, alice):
    """GET at an address that renews or revokes is answered 405 and changes nothing."""
    row = make(site).row
    with nothing_changes():
        assert [alice("get", f"{row.pk}/{what}/").status_code for what in ("renew", "revoke")] == [405, 405]


def test_a_deactivated_user_is_refused(site):
    token, browser = app(site), in_browser(site.alice)
    site.alice.is_active = False
    site.alice.save()
    assert [ask(site, token=token).status_code, ask(site, browser=browser).status_code] == [401, 401]


def test_the_owner_gets_a_letter(site, mailoutbox, django_capture_on_commit_callbacks):
    token = app(site)
    with django_capture_on_commit_callbacks(using=token_database(), execute=True):
        assert ask(site, "post", body=described(), token=token).status_code == 201
    (letter,) = mailoutbox
    assert "“backup”" in letter.subject
    site.assert_silent(letter.subject, letter.body)


def test_no_log_tells_a_value(site):
    """No log line of the API holds the value of a token."""
    with capturing_logs() as heard:
        value = ask(site, "post", body=described(), token=app(site)).json()["token"]
    assert not heard.tells([value])
    assert value not in json.dumps(list(PersonalAccessToken.objects.values()), default=str)


# What an app makes is the app's: no more than it has, no longer than it has it


def test_an_app_makes_no_token_with_more_than_its_own(site):
    """An app can neither give scopes that it lacks, nor targets that its own token is not for."""
    few, many = app(site, scope=f"read {MANAGING}"), app(site, scope=f"read write {MANAGING}")
    with nothing_changes():
        refused = ask(site, "post", body=described(scopes=["read", "write"]), token=few)
        assert (refused.status_code, list(refused.json())) == (400, ["scopes"])
    assert ask(site, "post", body=described(scopes=["read", "write"]), token=many).status_code == 201
    narrow = site.login_token(scope=f"read {MANAGING}", resource="https://back-api.example/")
    other = described(name="other", targets=["invoices-api"])
    with nothing_changes():
        refused = ask(site, "post", body=other, token=narrow)
        assert (refused.status_code, list(refused.json())) == (400, ["targets"])
    assert ask(site, "post", body=described(name="third"), token=narrow).status_code == 201


def test_an_app_renews_and_revokes_only_what_it_has_made(site):
    """An app cannot change tokens of the user or of another app; the user in person can change them all."""
    other = site.client("other", grant="authorization-code")
    own, others = make(site), ask(site, "post", body=described(), token=app(site))
    second = site.login_token(client=other, scope=f"read {MANAGING}")
    for key in (own.row.pk, others.json()["id"]):
        with nothing_changes():
            assert ask(site, "post", f"{key}/renew/", {"expires": later(days=3)}, token=second).status_code == 404
            assert ask(site, "post", f"{key}/revoke/", token=second).status_code == 404
    assert trade(site, others.json()["token"]).status_code == 200
    browser = in_browser(site.alice)
    for key in (own.row.pk, others.json()["id"]):
        answer = ask(site, "post", f"{key}/renew/", {"expires": later(days=3)}, browser=browser)
        assert answer.status_code == 200
        assert ask(site, "post", f"{key}/revoke/", browser=browser).status_code == 200


def test_an_app_with_less_renews_no_token_with_more(site):
    """To renew a token, an app must still have all scopes that the token has."""
    key = ask(site, "post", body=described(scopes=["read", "write"]), token=app(site, scope=f"read write {MANAGING}"))
    few = app(site, scope=f"read {MANAGING}")
    with nothing_changes():
        path = f"{key.json()['id']}/renew/"
        assert ask(site, "post", path, {"expires": later(days=3)}, token=few).status_code == 400


ENDINGS = {
    "logout": lambda site: (
        [token.revoke() for token in get_refresh_token_model().objects.filter(revoked=None)],
        get_access_token_model().objects.filter(application=site.spa, user=site.alice).delete(),
    ),
    "the app is deleted": lambda site: site.spa.delete(),
    "everything has expired": lambda site: (
        get_refresh_token_model().objects.all().delete(),
        get_access_token_model().objects.filter(application=site.spa).update(expires=timezone.now()),
    ),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_an_app_made_ends_with_its_authorization(site, ending):
    """When the app loses its authorization, its tokens and their descendants end; the user's own stay active."""
    made = ask(site, "post", body=described(), token=app(site)).json()["token"]
    own = make(site).value
    traded, kept = (trade(site, value).json()["access_token"] for value in (made, own))
    assert site.introspect(traded)["active"]
    ENDINGS[ending](site)
    assert not site.introspect(traded)["active"]
    assert trade(site, made).status_code == 400
    assert trade(site, own).status_code == 200
    assert site.introspect(kept)["active"]


def test_an_exchanged_token_is_no_authorization(site):
    """A token that the app got by an exchange does not keep its personal access tokens active."""
    site.policy(client=site.spa, issued_to=[site.spa], ways=["same_subject"], scopes=["read"])
    login = app(site)
    made = ask(site, "post", body=described(), token=login).json()["token"]
    traded = site.exchange(login, client=site.spa, scope="read")
    assert traded.status_code == 200
    get_refresh_token_model().objects.all().delete()
    get_access_token_model().objects.filter(token_checksum=fingerprint_of(login)).delete()
    assert trade(site, made).status_code == 400
