"""Section F: only a valid access token of the caller proves an actor."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone
from oauth2_provider.models import get_access_token_model

from tests.worlds.help_desk import HelpDesk, value_of
from token_exchange.toolkit.compat import fingerprint_of

DEAD = {"unknown": "token_unknown", "revoked": "token_unknown", "expired": "token_expired"}


@pytest.fixture
def desk(world):
    return HelpDesk(world)


def inactive_actor_token(world, desk, kind):
    """Return an actor token that was damaged, was revoked, or expired a second ago."""
    if kind == "expired":
        lifetime = timedelta(seconds=settings.OAUTH2_PROVIDER.get("ACCESS_TOKEN_EXPIRE_SECONDS", 36_000))
        with time_machine.travel(timezone.now() - lifetime - timedelta(seconds=1)):
            return desk.actor_token()
    token = desk.actor_token()
    if kind == "revoked":
        assert world.revoke(token, client=desk.client).status_code == 200
        return token
    return token[:-1]


def test_f01_the_subject_stays_and_the_actor_is_named(world, desk):
    """An exchange with an actor token yields a token about the subject that names the actor."""
    told = world.introspect(desk.token(), client=desk.client)
    assert told["sub"] == str(world.alice.pk)
    assert told["act"]["sub"] == str(world.bob.pk)


@pytest.mark.parametrize("kind", DEAD)
def test_f03_an_invalid_actor_token(world, desk, kind):
    """An exchange with an unknown, revoked or expired actor token is refused."""
    subject_token, dead = desk.subject_token(), inactive_actor_token(world, desk, kind)
    world.refused(
        lambda: desk.exchange(subject_token),
        lambda: desk.exchange(subject_token, dead),
        error="invalid_request",
        reason=DEAD[kind],
    )


def test_f04_a_deactivated_actor(world, desk):
    """A deactivated user cannot act, although the actor token is valid otherwise."""
    subject_token, actor_token = desk.subject_token(), desk.actor_token()
    carol = world.user("carol")
    desk.policy.actor_users.add(carol)
    carols = desk.actor_token(carol)
    carol.is_active = False
    carol.save()
    world.refused(
        lambda: desk.exchange(subject_token, actor_token),
        lambda: desk.exchange(subject_token, carols),
        error="invalid_request",
        reason="actor_inactive",
    )


def test_f04_a_deleted_actor(world, desk):
    """A deleted user cannot act: the deletion has deleted the actor token as well."""
    subject_token, actor_token = desk.subject_token(), desk.actor_token()
    carol = world.user("carol")
    desk.policy.actor_users.add(carol)
    carols = desk.actor_token(carol)
    carol.delete()
    world.refused(
        lambda: desk.exchange(subject_token, actor_token),
        lambda: desk.exchange(subject_token, carols),
        error="invalid_request",
        reason="token_unknown",
    )


def test_f05_a_refresh_token_is_no_actor_token(world, desk):
    """A refresh token that is declared an access token is refused as actor token."""
    login = world.login(world.bob, client=desk.client)
    subject_token = desk.subject_token()
    world.refused(
        lambda: desk.exchange(subject_token, login["access_token"]),
        lambda: desk.exchange(subject_token, login["refresh_token"]),
        error="invalid_request",
        reason="token_unknown",
    )


def test_f05_an_id_token_is_no_actor_token(openid_connect, world, desk):
    """An ID token that is declared an access token is refused as actor token."""
    desk.client.algorithm = "RS256"
    desk.client.save()
    login = world.login(world.bob, client=desk.client, scope="openid read")
    subject_token = desk.subject_token()
    world.refused(
        lambda: desk.exchange(subject_token, login["access_token"]),
        lambda: desk.exchange(subject_token, login["id_token"]),
        error="invalid_request",
        reason="token_unknown",
    )


def test_f06_an_actor_token_issued_to_another_client(world, desk):
    """A client cannot present Bob's token that was issued to another client as its actor token."""
    subject_token, elsewhere = desk.subject_token(), world.login_token(world.bob)
    world.refused(
        lambda: desk.exchange(subject_token),
        lambda: desk.exchange(subject_token, elsewhere),
        error="invalid_request",
        reason="not_permitted_by_any_policy",
    )


def test_f07_a_borrowed_actor(world):
    """A client cannot act as another client with a token about it that it obtained by an exchange."""
    world.policy(ways=["delegation"], lists={"actor_clients": [world.front]})
    borrows = world.policy(ways=["without_actor"], subject_kind="clients", issued_to=[world.agent])
    subject_token = world.login_token()
    borrowed = value_of(world.exchange(world.client_token(world.agent)))
    assert world.introspect(borrowed)["sub"] == "client:agent"
    borrows.delete()
    own = world.client_token(world.front)
    world.refused(
        lambda: world.exchange(subject_token, actor_token=own),
        lambda: world.exchange(subject_token, actor_token=borrowed),
        error="invalid_request",
    )


def test_f09_an_actor_token_of_unknown_origin(world, desk):
    """A row without a client, which the toolkit keeps for another server's tokens, is refused as actor token."""
    subject_token, orphan = desk.subject_token(), desk.actor_token()
    get_access_token_model().objects.filter(token_checksum=fingerprint_of(orphan)).update(application=None)
    world.refused(
        lambda: desk.exchange(subject_token),
        lambda: desk.exchange(subject_token, orphan),
        error="invalid_request",
        reason="token_without_origin",
    )
