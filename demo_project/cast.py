"""Name the users of the demo, and the clients that call each other."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """A user of the site; the password is printed for everyone to see."""

    username: str
    password: str
    is_admin: bool = False
    is_staff: bool = False
    what: str = ""

    @property
    def email(self) -> str:
        """Return the e-mail address of the user; the demo sends no e-mail."""
        return f"{self.username}@example.org"


@dataclass(frozen=True, slots=True)
class Client:
    """A client of the site; a client without a secret is public, because it runs in a browser."""

    client_id: str
    secret: str
    logs_people_in: bool = False
    what: str = "an API"


ALICE = Person("alice", "alice-password", what="a customer")
BOB = Person("bob", "bob-password", what="a customer who writes scripts")
CAROL = Person("carol", "carol-password", is_staff=True, what="of support, may act for customers")
DAVE = Person("dave", "dave-password", is_staff=True, what="of support, may approve the tickets of others")
ADMIN = Person("admin", "admin", is_admin=True, what="may use the admin")
PEOPLE = (ALICE, BOB, CAROL, DAVE, ADMIN)
SUPPORT, CUSTOMERS = "support", "customers"
GROUPS = {SUPPORT: (CAROL, DAVE), CUSTOMERS: (ALICE, BOB, ADMIN)}

SPA = Client("spa", "", logs_people_in=True)
PARTNER = Client("partner", "partner-secret", logs_people_in=True)
FRONT = Client("front", "front-secret")
BACK = Client("back", "back-secret")
# These exchange external tokens.
PORTAL = Client("portal", "portal-secret", what="a web app whose users sign in elsewhere")
DEPLOY = Client("deploy", "deploy-secret", what="a CI job")
MOBILE = Client("mobile", "mobile-secret", what="an app whose users signed in at the old server")
DESK = Client("desk", "desk-secret", what="the app of support")
NIGHTLY = Client("nightly", "nightly-secret", what="a script that runs at night")
CLIENTS = (SPA, PARTNER, FRONT, BACK, PORTAL, DEPLOY, MOBILE, DESK, NIGHTLY)

AUDIENCE = "back-api"
ALL_SCOPES = "profile orders:read orders:write"
LONGEST_LIFETIME = 300
"""Longest lifetime of an exchanged token, in seconds."""
