"""Introspection answers only the clients that a token concerns, and only well-formed requests (P46)."""

from __future__ import annotations

import pytest
from django.test import Client as Browser
from oauth2_provider.models import get_application_model

from tests.worlds.help_desk import HelpDesk, value_of
from tests.worlds.world import basic_header
from token_exchange.sts.vocabulary import FORM

PATH = "/o/introspect/"
DEAD = {"active": False}

SEEN = {"desk": True, "back": True, "spa": False, "agent": False, "front": False}


@pytest.mark.parametrize(("client_id", "seen"), SEEN.items())
def test_whom_an_exchanged_token_concerns(world, client_id, seen):
    """A token is shown to its client and to its target's owner, but not to the client of its subject token."""
    desk = HelpDesk(world)
    world.make_target("another", owner=world.agent, scopes=["read"])
    clients = {"desk": desk.client, **{name: getattr(world, name) for name in ("back", "spa", "agent", "front")}}
    told = world.introspect(desk.token(), client=clients[client_id])
    assert told["active"] is seen
    assert seen or told == DEAD


def test_the_target_changes_hands(world):
    """After a target gets a new owner, that client sees its tokens, and the old owner no longer does."""
    token = HelpDesk(world).token()
    world.target.owner = world.agent
    world.target.save()
    assert world.introspect(token, client=world.agent)["active"]
    assert world.introspect(token, client=world.back) == DEAD


def test_an_ordinary_token_for_a_target(world):
    """A token that was restricted to a target at login is shown to that target's owner; other tokens are not."""
    meant = world.login_token(resource="https://back-api.example/")
    unrestricted = world.login_token()
    assert world.introspect(meant, client=world.back)["active"]
    assert world.introspect(unrestricted, client=world.back) == DEAD
    assert world.introspect(meant, client=world.agent) == DEAD


def test_a_token_of_a_client_that_the_site_calls_unusable(world, monkeypatch):
    """A token is inactive while its client is not usable."""
    token = world.login_token(resource="https://back-api.example/")
    assert world.introspect(token, client=world.back)["active"]
    application = get_application_model()
    monkeypatch.setattr(application, "is_usable", lambda self, request: self.client_id != "spa")
    assert world.introspect(token, client=world.back) == DEAD


def test_an_owner_of_one_of_two_targets(world):
    """The owner of any target of a token sees it."""
    world.policy(targets=[world.target, world.other_target], scopes=["read"])
    token = value_of(world.exchange(world.login_token(), audience=["back-api", "invoices-api"]))
    assert world.introspect(token, client=world.back)["active"]


@pytest.mark.parametrize("method", ["get", "head", "put", "patch", "delete"])
def test_no_method_but_post(world, method):
    """Only POST is accepted, because servers log URLs."""
    token = world.client_token(world.front)
    headers = {"Authorization": basic_header("front", "a secret with : and % and spaces")}
    answer = getattr(Browser(), method)(f"{PATH}?token={token}", secure=True, headers=headers)
    assert answer.status_code == 405
    assert answer["Allow"] == "POST, OPTIONS"
    assert token.encode() not in answer.content


def test_a_token_in_the_query_of_a_post(world):
    """A token in the query string of a POST request is not read."""
    answer = world.post({}, client=world.front, path=f"{PATH}?token={world.client_token(world.front)}")
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_request"})


REQUESTS = {"none": [], "empty": [("token", "")], "twice": [("token", "a"), ("token", "a")]}


@pytest.mark.parametrize("pairs", REQUESTS.values(), ids=REQUESTS)
def test_exactly_one_token(world, pairs):
    """A request without a token, or with two, is refused."""
    answer = world.post(pairs, client=world.front, path=PATH)
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_request"})
    assert answer["Cache-Control"] == "no-store"


CREDENTIALS = {
    "none": {},
    "a wrong secret": {"secret": "wrong"},
    "a wrong secret in the body": {"secret": "wrong", "basic": False},
    "a blank secret": {"secret": ""},
    "a secret in the body": {"basic": False},
    "a secret": {},
}


@pytest.mark.parametrize("name", CREDENTIALS)
def test_who_asks(world, name):
    """Only a client that authenticates gets an answer (RFC 7662 §2.1)."""
    token = world.client_token(world.front)
    client = None if name == "none" else world.front
    answer = world.post({"token": token}, client=client, path=PATH, **CREDENTIALS[name])
    assert answer["Cache-Control"] == "no-store"
    if name in ("a secret", "a secret in the body"):
        assert answer.json()["active"]
        return
    assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})
    assert answer["WWW-Authenticate"].startswith("Basic")


def test_a_public_client(world):
    """A public client gets no answer, although it sends the secret that is stored for it."""
    public = world.client("public", client_type="public", grant="authorization-code")
    answer = world.post({"token": world.login_token()}, client=public, path=PATH)
    assert answer.status_code == 401


def test_a_client_that_shows_two_identities(world):
    """A request with credentials in the header and in the body is refused."""
    form = {"token": world.client_token(world.front), "client_id": "agent", "client_secret": "x"}
    assert world.post(form, client=world.front, path=PATH).status_code == 401


BODIES = {
    "JSON": (b'{"token": "x"}', "application/json"),
    "no form at all": (b"\xff\xfe\x00", FORM),
    "a broken multipart": (b"--x\r\n", "multipart/form-data"),
    "too many fields": (b"&".join(b"a=1" for _ in range(1_500)), FORM),
    "too large": (b"token=" + b"x" * 3_000_000, FORM),
    "another charset": (b"token=x", FORM + "; charset=utf-16"),
}


@pytest.mark.parametrize(("body", "content_type"), BODIES.values(), ids=BODIES)
def test_bodies_that_are_no_form(world, body, content_type):
    """An unreadable body is refused in JSON, without an HTML page or a server error."""
    headers = {"Authorization": basic_header("front", "a secret with : and % and spaces")}
    answer = Browser().generic("POST", PATH, body, content_type=content_type, headers=headers, secure=True)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/json"
    assert answer.json() == {"error": "invalid_request"}
