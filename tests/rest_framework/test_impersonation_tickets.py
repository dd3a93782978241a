"""Users in person request, approve and collect tickets through the API (INV-26)."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client as Browser

from tests.worlds.log_capture import capturing_logs
from tests.worlds.personal_access_tokens import make, policy_for_scripts, trade
from tests.worlds.ticket_pages import VALUE, SupportOffice, everything, kept
from tests.worlds.world import flipped
from token_exchange.impersonation.tickets import State
from token_exchange.models import ImpersonationPermission, ImpersonationTicket

API = "/api/impersonation-tickets/"
ASKING = "impersonation_tickets"
APPROVING = "impersonation_ticket_approval"
DONE = ["approve", "decline", "hand-over", "withdraw"]


@pytest.fixture
def office(world, settings):
    """Set up a site where apps may have the scopes for tickets, and where even a target understands them."""
    scopes = {**settings.OAUTH2_PROVIDER["SCOPES"], ASKING: "Ask to act as others", APPROVING: "Approve"}
    settings.OAUTH2_PROVIDER = {**settings.OAUTH2_PROVIDER, "SCOPES": scopes}
    world.target.scopes = [*world.target.scopes, ASKING, APPROVING]
    world.target.save()
    office = SupportOffice(world)
    for user in (office.carol, office.dave):  # the API is not for the staff alone
        user.is_staff = False
        user.save()
    return office


def ask(world, method="get", where="", body=None, *, token=None, browser=None, **extra):
    """Send JSON to the API, with a bearer token or in a browser's session."""
    headers = {"host": "back-api.example", **({"Authorization": f"Bearer {token}"} if token else {})}
    content = {} if method == "get" else {"data": body or {}, "content_type": "application/json"}
    with capturing_logs() as world.heard:
        answer = getattr(browser or Browser(), method)(
            f"{API}{where}", headers={**headers, **extra.pop("headers", {})}, secure=True, **content, **extra
        )
    world.secrets |= set(VALUE.findall(answer.content.decode()))
    return answer


def in_browser(user, **options):
    browser = Browser(**options)
    browser.force_login(user)
    return browser


def wish(**changes):
    return {"subject": "alice", "targets": ["back-api"], "scopes": ["read"], "reason": "Case 7", **changes}


@pytest.fixture(params=["app", "browser"])
def carol(request, office):
    """Return a function that sends Carol's requests, through an app or in her browser."""
    if request.param == "app":
        way = {"token": office.world.login_token(office.carol, scope=f"read {ASKING} {APPROVING}")}
    else:
        way = {"browser": in_browser(office.carol)}

    def asks(method="get", where="", body=None, **more):
        return ask(office.world, method, where, body, **{**way, **more})

    return asks


def as_dave(office, method, where="", body=None):
    return ask(office.world, method, where, body, browser=in_browser(office.dave))


@pytest.mark.scenario("G01")
def test_requested_and_collected_at_once(world, office, carol):
    """Without a required approval, the answer holds the value, and no later answer does."""
    answer = carol("post", body=wish(reference="SUP-7", context={"channel": "phone", "call": 3}))
    assert answer.status_code == 201, answer.content
    assert "no-store" in answer["Cache-Control"]
    ticket = answer.json()
    value = ticket.pop("ticket")
    assert (ticket["state"], ticket["actor"], ticket["subject"]) == ("ready", "carol", "alice")
    assert ticket["context"] == {"channel": "phone", "call": 3}
    assert carol("get", f"{ticket['id']}/").json() == ticket
    assert carol("get").json() == [ticket]
    told = office.told(office.traded(value))
    assert (told["sub"], told["act"]["sub"]) == (str(world.alice.pk), str(office.carol.pk))
    assert carol("get").json()[0]["state"] == "used"
    world.assert_silent(kept())


def test_requested_approved_and_collected(world, office, carol):
    """The request is answered 202, a second user approves, and the value is shown once. The admin's log names both."""
    ImpersonationPermission.objects.update(approval_required=True)
    answer = carol("post", body=wish())
    assert (answer.status_code, answer.json()["state"]) == (202, "waiting")
    assert "ticket" not in answer.json()
    where = f"{answer.json()['id']}/"
    assert carol("post", f"{where}hand-over/").status_code == 409
    assert [ticket["id"] for ticket in as_dave(office, "get").json()] == [answer.json()["id"]]
    approved = as_dave(office, "post", f"{where}approve/")
    assert (approved.status_code, approved.json()["state"], approved.json()["approver"]) == (200, "approved", "dave")
    assert as_dave(office, "post", f"{where}decline/").status_code == 409
    assert as_dave(office, "get").json() == [], "nothing waits"
    handed = carol("post", f"{where}hand-over/")
    assert handed.status_code == 200
    assert "no-store" in handed["Cache-Control"]
    assert office.trade(handed.json()["ticket"]).status_code == 200
    assert carol("post", f"{where}hand-over/").status_code == 409
    told = [(entry.user.username, entry.change_message) for entry in LogEntry.objects.order_by("pk")]
    assert told == [("carol", "Requested."), ("dave", "Approved."), ("carol", "Collected.")]
    world.assert_silent(kept())


def test_declined(world, office, carol):
    """A declined ticket cannot be collected."""
    ImpersonationPermission.objects.update(approval_required=True)
    where = f"{carol('post', body=wish()).json()['id']}/"
    assert as_dave(office, "post", f"{where}decline/").json()["state"] == "declined"
    assert carol("post", f"{where}hand-over/").status_code == 409
    assert not ImpersonationTicket.objects.exclude(fingerprint=None).exists()


def test_withdrawn(world, office, carol):
    """The answer holds the number of tokens that were revoked."""
    made = carol("post", body=wish()).json()
    token = office.traded(made["ticket"])
    answer = carol("post", f"{made['id']}/withdraw/")
    assert (answer.status_code, answer.json()["stopped"]) == (200, 1)
    assert not office.told(token)["active"]


@pytest.mark.scenario("G02")
@pytest.mark.parametrize(
    "change",
    [
        {"scopes": ["write"]},
        {"scopes": ["read", "write"]},
        {"targets": ["invoices-api"]},
        {"targets": ["back-api", "invoices-api"]},
        {"subject": "carol"},
        {"subject": "dave"},
    ],
)
def test_not_beyond_the_permission(world, office, carol, change):
    """A permitted request succeeds before and after one that the permission does not allow."""
    assert carol("post", body=wish()).status_code == 201
    before = everything()
    assert carol("post", body=wish(**change)).status_code == 403
    assert everything() == before
    assert carol("post", body=wish()).status_code == 201


@pytest.mark.scenario("G08")
def test_answers_do_not_reveal_which_users_and_targets_exist(world, office, carol):
    """An unreachable user, an unknown user, a name in another case and an unknown target get the same answer."""
    answers = [
        carol("post", body=wish(**change))
        for change in (
            {"subject": "bob"},
            {"subject": "nobody"},
            {"subject": "Alice"},
            {"subject": str(world.alice.pk)},
            {"subject": "bob", "reason": ""},
            {"subject": "nobody", "reason": ""},
            {"subject": "bob", "targets": ["no-such-api"]},
            {"targets": ["no-such-api"]},
            {"targets": ["Back-API"]},
        )
    ]
    assert {(answer.status_code, answer.content) for answer in answers} == {
        (403, b'{"detail":"No impersonation permission allows this."}')
    }
    assert not ImpersonationTicket.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"reason": "x" * 2001}, "reason"),
        ({"reason": "a\0b"}, "reason"),
        ({"reference": "x" * 201}, "reference"),
        ({"reference": ["x"]}, "reference"),
        ({"context": "phone"}, "context"),
        ({"context": {"a": "x" * 2000}}, "context"),
        ({"context": {"a": "\0"}}, "context"),
        ({"context": {"a": 2**63}}, "context"),
        ({"scopes": []}, "scopes"),
        ({"targets": []}, "targets"),
        ({"targets": "back-api"}, "targets"),
        ({"subject": None}, "subject"),
    ],
)
def test_what_is_wrong_is_said(world, office, carol, change, field):
    """The errors are listed by field, and nothing is saved."""
    answer = carol("post", body=wish(**change))
    assert (answer.status_code, list(answer.json())) == (400, [field]), answer.content
    assert not ImpersonationTicket.objects.exists()


@pytest.mark.scenario("O03")
def test_others_tickets_do_not_exist(world, office, carol):
    """Other users' tickets get 404 for every action; an approver sees them without their value."""
    others = office.ask(office.dave)
    before = everything()
    assert carol("get").json() == []
    assert carol("get", f"{others.pk}/").status_code == 404
    for what in DONE:
        assert carol("post", f"{others.pk}/{what}/").status_code == 404, what
        assert carol("post", f"{others.pk + 1}/{what}/").status_code == 404, what
    assert everything() == before
    mine = office.ask()
    before = everything()
    assert as_dave(office, "post", f"{mine.pk}/hand-over/").status_code == 403
    assert everything() == before


@pytest.mark.parametrize("what", ["approve", "decline"])
def test_asking_and_deciding_take_a_scope_each(world, office, what):
    """An app that may request cannot approve, and the reverse; both may read."""
    ticket = office.waiting()
    asks, decides = (world.login_token(office.dave, scope=f"read {scope}") for scope in (ASKING, APPROVING))
    assert ask(world, "post", f"{ticket.pk}/{what}/", token=asks).status_code == 403
    for token in (asks, decides):
        assert ask(world, "get", f"{ticket.pk}/", token=token).json()["state"] == "waiting"
        assert [row["id"] for row in ask(world, token=token).json()] == [ticket.pk]
    assert ask(world, "post", body=wish(), token=decides).status_code == 403
    assert ask(world, "post", f"{ticket.pk}/{what}/", token=decides).status_code == 200


@pytest.mark.scenario("O02")
@pytest.mark.parametrize("what", ["approve", "decline"])
def test_never_the_requester_nor_the_subject(world, office, carol, what):
    """Neither may approve, with the right or without it."""
    ticket = office.waiting()
    before = everything()
    assert carol("post", f"{ticket.pk}/{what}/").status_code == 403
    assert everything() == before
    for user in (office.carol, world.alice):
        user.user_permissions.add(Permission.objects.get(codename="approve_impersonationticket"))
    assert carol("post", f"{ticket.pk}/{what}/").status_code == 403
    assert ask(world, "post", f"{ticket.pk}/{what}/", browser=in_browser(world.alice)).status_code == 403
    assert everything() == before


def credentials(office):
    """Return credentials, by name, that are not Carol in person, or lack the scope."""
    world = office.world
    world.policy(issued_to=[world.spa, world.front], scopes=["read", ASKING])
    policy_for_scripts(world, scopes=["read", ASKING])
    office.permission.scopes = ["read", ASKING]
    office.permission.save()
    office.policy.scopes = ["read", ASKING]
    office.policy.save()
    login = world.login_token(office.carol, scope=f"read {ASKING}")
    personal = make(world, office.carol, scopes=["read", ASKING])
    return {
        "none": None,
        "unknown": flipped(login),
        "without the scope": world.login_token(office.carol),
        "exchanged": world.issued(login, scope=ASKING),
        "a client's own": world.client_token(scope=ASKING),
        "a personal access token": personal.value,
        "exchanged from one": trade(world, personal.value, scope=ASKING).json()["access_token"],
        "impersonated": office.traded(office.ticket(scopes=[ASKING]), scope=ASKING),
    }


@pytest.mark.scenario("G09")
@pytest.mark.scenario("INV-26")
def test_in_person_only(world, office, settings):
    """All of them get 403 for every action, whatever scope they have."""
    settings.TOKEN_EXCHANGE = {"PERSONAL_ACCESS_TOKEN_BEARER": True}
    ticket = office.waiting()
    office.permission.approval_required = False
    tokens = credentials(office)
    before = everything()
    asked = [("get", ""), ("post", ""), ("get", f"{ticket.pk}/"), *(("post", f"{ticket.pk}/{what}/") for what in DONE)]
    for name, token in tokens.items():
        expected = 401 if name in ("none", "unknown") else 403
        for method, where in asked:
            answer = ask(world, method, where, wish(), token=token)
            assert answer.status_code == expected, (name, method, where, answer.content)
    assert everything() == before
    good = world.login_token(office.carol, scope=f"read {ASKING}")
    office.waiting()
    assert ask(world, "post", "", wish(), token=good).status_code == 202


@pytest.mark.scenario("INV-26")
def test_not_in_a_session_taken_over(world, office, settings):
    """A user who has taken over the session of another user cannot ask for a ticket."""
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.scenarios.personal_access_tokens.test_pages.Hijacked"]
    before = everything()
    assert ask(world, "post", "", wish(), browser=in_browser(office.carol)).status_code == 403
    assert everything() == before


@pytest.mark.scenario("O11")
def test_no_post_from_elsewhere(world, office):
    """In a session, every POST needs a CSRF token."""
    browser = in_browser(office.carol, enforce_csrf_checks=True)
    own = office.ask()
    before = everything()
    for where in ("", *(f"{own.pk}/{what}/" for what in DONE)):
        assert ask(world, "post", where, wish(), browser=browser).status_code == 403, where
    assert everything() == before


def test_a_get_does_nothing(world, office, carol):
    """Actions that change something do not answer GET, and reading changes nothing."""
    own = office.ask()
    before = everything()
    for what in DONE:
        assert carol("get", f"{own.pk}/{what}/").status_code == 405, what
    assert carol("get").status_code == carol("get", f"{own.pk}/").status_code == 200
    assert everything() == before
    own.refresh_from_db()
    assert own.state == State.APPROVED
