"""Play requests to the toolkit's own grants in a fixed order, and write down all answers and rows."""

from __future__ import annotations

import warnings

from django.test import Client as Browser
from oauth2_provider import models as toolkit

from tests.worlds.world import CALLBACK, SECRET, VERIFIER
from token_exchange.models import ExchangedToken, ExchangeRecord

DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"


class Play:
    """Sends requests to the site as it is configured, and writes the answers down."""

    def __init__(self, world, *, scope):
        self.world = world
        self.scope = scope
        self.heard = []

    def ask(self, name, form, *, client=None, **extra):
        """POST a form to the token endpoint and write the answer down."""
        return self.take_down(name, self.world.post(form, client=client, **extra))

    def take_down(self, name, answer):
        """Store status, headers and body of an answer under a name."""
        self.heard.append((name, answer.status_code, sorted(answer.headers.items()), answer.content))
        return answer

    def code_form(self, client=None, **changes):
        """Return a correct request for a fresh code of Alice."""
        code = self.world.authorization_code(client=client, scope=self.scope)
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
        return {**form, **changes}


def authorization_code(play):
    """Redeem codes: a correct one, the same one again, and one with each possible error."""
    spa, front = play.world.spa, play.world.front
    form = play.code_form()
    play.ask("redeemed", form, client=spa)
    play.ask("redeemed twice", form, client=spa)
    play.ask("in the body", play.code_form(), client=spa, basic=False)
    play.ask("wrong verifier", play.code_form(code_verifier="v" * 43), client=spa)
    play.ask("no verifier", play.code_form(code_verifier=""), client=spa)
    play.ask("wrong redirection", play.code_form(redirect_uri="https://other.example/"), client=spa)
    play.ask("unknown code", play.code_form(code="unknown"), client=spa)
    play.ask("no code", {"grant_type": "authorization_code"}, client=spa)
    play.ask("wrong secret", play.code_form(), client=spa, secret="wrong")
    play.ask("no credentials", play.code_form())
    play.ask("another client", play.code_form(), client=front)
    play.ask("code twice", [*play.code_form().items(), ("code", "unknown")], client=spa)
    play.ask("resource", play.code_form(resource=["https://one.example/", "https://two.example/"]), client=spa)
    app = play.world.client("app", client_type="public", grant="authorization-code", algorithm="RS256")
    play.ask("public client", play.code_form(client=app, client_id="app"))
    play.ask("public client, wrong verifier", play.code_form(client=app, client_id="app", code_verifier="v" * 43))


def client_credentials(play):
    """Request a client's own token: correctly, and with each possible error."""
    front, form = play.world.front, {"grant_type": "client_credentials"}
    play.ask("default scope", form, client=front)
    play.ask("one scope", {**form, "scope": "read"}, client=front)
    play.ask("blank scope", {**form, "scope": ""}, client=front)
    play.ask("odd white space", {**form, "scope": " read  write "}, client=front)
    play.ask("unknown scope", {**form, "scope": "nonsense"}, client=front)
    play.ask("in the body", form, client=front, basic=False)
    play.ask("over plain HTTP", form, client=front, secure=False)
    play.ask("in both", {**form, "client_id": "front", "client_secret": SECRET}, client=front)
    play.ask("two clients", {**form, "client_id": "agent", "client_secret": SECRET}, client=front)
    play.ask("wrong secret", form, client=front, secret="wrong")
    play.ask("right secret after a wrong one", form, client=front)
    play.ask("no credentials", form)
    play.ask("unknown client", form, headers={"Authorization": "Basic bm9ib2R5OnNlY3JldA=="})
    play.ask("client of another grant", form, client=play.world.spa)
    play.ask("scope twice", {**form, "scope": ["read", "write"]}, client=front)
    play.ask("resource", {**form, "resource": ["https://one.example/", "https://two.example/"]}, client=front)
    play.ask("malformed resource", {**form, "resource": "<script>"}, client=front)
    play.ask("parameters of an exchange", {**form, "subject_token": "x", "audience": ["a", "b"]}, client=front)
    blank = play.world.client("blank", secret="")
    play.ask("blank secret", form, client=blank, secret="")


def refresh_token(play):
    """Refresh logins: correctly, twice, with fewer and more scopes, after revocation, and as another client."""
    spa = play.world.spa

    def login():
        return play.ask("login", play.code_form(), client=spa).json()["refresh_token"]

    def refresh(name, token, *, client=spa, **changes):
        form = {"grant_type": "refresh_token", "refresh_token": token, **changes}
        return play.ask(name, form, client=client)

    first = login()
    second = refresh("refreshed", first).json()["refresh_token"]
    refresh("refreshed once more", second)
    refresh("rotated token", first)
    refresh("narrower", login(), scope="read")
    refresh("wider", login(), scope="read write orders:read")
    refresh("scope twice", login(), scope=["read", "write"])
    refresh("unknown", "unknown")
    refresh("none", "")
    refresh("another client", login(), client=play.world.front)
    refresh("client of the same grant", login(), client=play.world.client("portal", grant="authorization-code"))
    revoked = login()
    play.take_down("revocation", play.world.revoke(revoked, client=spa))
    refresh("revoked", revoked)


def password(play):
    """Log in with a right and a wrong password."""
    old = play.world.client("old", grant="password")
    form = {"grant_type": "password", "username": "alice", "password": "password", "scope": "read"}
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        play.ask("right password", form, client=old)
        play.ask("wrong password", {**form, "password": "wrong"}, client=old)
        play.ask("another client", form, client=play.world.front)


def no_grant_at_all(play):
    """Send requests that belong to no grant of the toolkit."""
    front = play.world.front
    play.ask("nothing", {}, client=front)
    play.ask("blank grant type", {"grant_type": ""}, client=front)
    play.ask("unknown grant type", {"grant_type": "urn:example:unknown", "state": "x"}, client=front)
    play.ask("two grant types", {"grant_type": ["refresh_token", "client_credentials"]}, client=front)
    play.ask("unknown device code", {"grant_type": DEVICE_CODE, "device_code": "unknown"}, client=front)
    play.ask("in the query", {}, client=front, path="/o/token/?grant_type=client_credentials")
    play.ask("query beside a body", {"grant_type": "client_credentials"}, client=front, path="/o/token/?a=b")
    for method in ("get", "put", "options"):
        play.take_down(method, getattr(Browser(), method)("/o/token/", secure=True))


GRANTS = [authorization_code, client_credentials, refresh_token, password, no_grant_at_all]


def rows():
    """Return all rows of the toolkit without primary keys, and the number of the app's rows."""
    models = [
        toolkit.get_access_token_model(),
        toolkit.get_refresh_token_model(),
        toolkit.get_id_token_model(),
        toolkit.get_grant_model(),
        toolkit.get_device_grant_model(),
    ]
    found = {model.__name__: sorted(map(as_text, model._default_manager.all())) for model in models}
    return {**found, "ours": ExchangedToken.objects.count() + ExchangeRecord.objects.count()}


def as_text(row):
    """Return all columns of a row but its primary key, with unique names in place of foreign keys."""
    fields = [field for field in row._meta.concrete_fields if not field.primary_key]
    return str({field.name: named(getattr(row, field.name)) for field in fields})


def named(value):
    """Return a value, or the unique name of a row."""
    for name in ("client_id", "token_checksum", "username", "jti", "token"):
        if hasattr(value, name):
            return getattr(value, name)
    return value
