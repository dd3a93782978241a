"""Introspection describes a token and its actors (RFC 7662 §2.2, RFC 8693 §4)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from oauth2_provider.models import get_access_token_model

from tests.worlds.help_desk import HelpDesk, value_of
from token_exchange.models import ExchangedToken, ExchangeRecord
from token_exchange.toolkit.compat import fingerprint_of

HOST = "https://testserver/o"
DEAD = {"active": False}


def times_and_id(token):
    """Return when a token was issued and when it expires, and its id, as its rows say."""
    row = get_access_token_model().objects.get(token_checksum=fingerprint_of(token))
    exchanged = ExchangedToken.objects.filter(fingerprint=row.token_checksum).first()
    issued = int((exchanged.issued if exchanged else row.created).timestamp())
    token_id = exchanged.token_id if exchanged else row.token_checksum[:32]
    return {"iat": issued, "nbf": issued, "exp": int(row.expires.timestamp()), "jti": token_id}


def test_a_users_token(world):
    """The answer about an ordinary token names user, client, scope and expiry, and no audience."""
    token = world.login_token()
    assert world.introspect(token, client=world.spa) == {
        "active": True,
        "iss": HOST,
        "sub": str(world.alice.pk),
        "username": "alice",
        "client_id": "spa",
        "scope": "read write",
        "token_type": "Bearer",
        **times_and_id(token),
    }


def test_a_clients_token(world):
    """The answer about a client's own token names the client as its subject, with a prefix that no user has."""
    token = world.client_token(world.front)
    told = world.introspect(token)
    assert (told["sub"], told["client_id"]) == ("client:front", "front")
    assert "username" not in told


def test_a_delegated_token(world):
    """The answer about a delegated token names the actor in `act`, and has no unexpected member."""
    desk = HelpDesk(world)
    token = desk.token(scope="read")
    assert world.introspect(token, client=world.back) == {
        "active": True,
        "iss": HOST,
        "sub": str(world.alice.pk),
        "username": "alice",
        "client_id": "desk",
        "scope": "read",
        "aud": ["back-api", "https://back-api.example/"],
        "act": {"iss": HOST, "sub": str(world.bob.pk)},
        "policy": desk.policy.name,
        "way": "delegation",
        "token_type": "Bearer",
        **times_and_id(token),
    }


def test_a_token_without_an_actor(world):
    """The answer about a token without an actor has no `act`."""
    world.policy(ways=["without_actor"])
    told = world.introspect(value_of(world.exchange(world.login_token())))
    assert told["sub"] == str(world.alice.pk)
    assert not {"act", "may_act"} & set(told)


def test_a_token_for_several_targets(world):
    """The audience names every target and every URI of a token."""
    world.policy(targets=[world.target, world.other_target], scopes=["read"])
    answer = world.exchange(world.login_token(), audience=["back-api", "invoices-api"])
    assert world.introspect(value_of(answer))["aud"] == [
        "back-api",
        "invoices-api",
        "https://back-api.example/",
        "https://invoices-api.example/",
    ]


def test_a_site_that_names_its_issuer(world, settings):
    """The answer names the configured issuer, for the token and for its actor."""
    settings.TOKEN_EXCHANGE = {"ISSUER": "https://login.example"}
    told = world.introspect(HelpDesk(world).token(), client=world.back)
    assert (told["iss"], told["act"]["iss"]) == ("https://login.example", "https://login.example")


@pytest.mark.parametrize("kind", ["unknown", "refresh token", "expired", "revoked", "too long", "odd"])
def test_any_other_token_is_inactive(world, kind):
    """The answer about any value that is not an active access token is `active: false` alone."""
    with time_machine.travel(timezone.now() - timedelta(hours=10, seconds=1)):
        old = world.login_token()
    login = world.login()
    token = {
        "unknown": login["access_token"][:-1],
        "refresh token": login["refresh_token"],
        "expired": old,
        "revoked": login["access_token"],
        "too long": "x" * 20_000,
        "odd": "\x00é\u202e",
    }[kind]
    assert world.introspect(login["access_token"], client=world.spa)["active"]
    if kind == "revoked":
        world.revoke(token, client=world.spa)
    assert world.introspect(token, client=world.spa) == DEAD


@pytest.mark.parametrize("hint", ["access_token", "refresh_token", "nonsense"])
def test_the_hint_is_only_a_hint(world, hint):
    """A token is found even with a wrong `token_type_hint` (RFC 7662 §2.1)."""
    asked = {"token": world.login_token(), "token_type_hint": hint}
    assert world.post(asked, client=world.spa, path="/o/introspect/").json()["active"]


def test_asking_changes_nothing(world):
    """Introspection writes neither a record nor a token."""
    token = world.login_token()
    before = world.counts()
    world.introspect(token, client=world.spa)
    assert world.counts() == before
    assert not ExchangeRecord.objects.exists()
