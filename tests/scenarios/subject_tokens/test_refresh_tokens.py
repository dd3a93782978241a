"""Section C: a refresh token of this server is exchanged by its own client, and is not used up by that."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.utils import timezone
from oauth2_provider.models import get_access_token_model, get_refresh_token_model

from tests.worlds.world import exchange_form
from token_exchange.models import ExchangeRecord
from token_exchange.sts.vocabulary import ACCESS_TOKEN, REFRESH_TOKEN


@pytest.fixture
def policy(world):
    """Let `spa` exchange its own refresh tokens, and `front` its access tokens, but not its refresh tokens."""
    world.policy(issued_to=[world.spa], subject_token_types=[ACCESS_TOKEN, REFRESH_TOKEN])
    return world.policy(client=world.spa, ways=["same_subject"], subject_token_types=[ACCESS_TOKEN, REFRESH_TOKEN])


def trade(world, login, *, client=None, **parameters):
    """Return the answer to the exchange of the refresh token of a login."""
    form = exchange_form(login["refresh_token"], **{"subject_token_type": REFRESH_TOKEN, **parameters})
    return world.post(form, client=client or world.spa)


def traded(world, login):
    """Return the access token that the refresh token of a login was exchanged for."""
    answer = trade(world, login)
    assert answer.status_code == 200, answer.content
    return answer.json()["access_token"]


def is_alive(world, token):
    return world.introspect(token, client=world.spa)["active"]


def refresh(world, login):
    form = {"grant_type": "refresh_token", "refresh_token": login["refresh_token"]}
    answer = world.post(form, client=world.spa)
    assert answer.status_code == 200, answer.content
    return answer.json()


def refused(world, policy, login, other=None, *, reason, **request):
    """Refuse the refresh token of a second login, or this request, after that of a first was exchanged."""
    return world.refused(
        lambda: trade(world, login),
        lambda: trade(world, other or login, **request),
        error="invalid_request",
        reason=reason,
    )


def test_a_refresh_token_is_exchanged_and_still_refreshes(world, policy):
    """An exchange neither consumes nor rotates a refresh token; after a refresh its descendants are active."""
    login = world.login()
    tokens = [traded(world, login), traded(world, login)]
    refreshed = refresh(world, login)
    assert all(is_alive(world, token) for token in [*tokens, refreshed["access_token"]])
    answer = trade(world, refreshed)
    assert answer.json()["scope"] == "read"
    assert ExchangeRecord.objects.latest("pk").subject_token_type == REFRESH_TOKEN


def test_a_refresh_token_outlives_its_access_token(world, policy):
    """A refresh token can be exchanged after its access token has expired, deleted or not."""
    with time_machine.travel(timezone.now() - timedelta(days=2), tick=True):
        login = world.login()
    token = traded(world, login)
    assert is_alive(world, token)
    world.revoke(login["refresh_token"], client=world.spa)
    assert not is_alive(world, token)


def test_a06_not_listed(world, policy):
    """A refresh token is not even read if no policy of the client lists its type."""
    login = world.login()
    policy.subject_token_types = [ACCESS_TOKEN]
    policy.save()
    before = world.counts()
    world.assert_refusal(trade(world, login), before, error="invalid_request", reason="token_type_unsupported")


def test_c05_of_another_client(world, policy):
    """Only the client that holds a refresh token can exchange it, even if a policy names that client."""
    login = world.login()
    refused(world, policy, login, client=world.front, reason="not_permitted_by_any_policy")


def test_c08_access_token_declared_as_refresh_token(world, policy):
    """An access token of the same login is refused as refresh token."""
    login = world.login()
    refused(world, policy, login, {"refresh_token": login["access_token"]}, reason="token_unknown")


def test_c14_revoked(world, policy):
    """A revoked refresh token is refused."""
    other = world.login()
    world.revoke(other["refresh_token"], client=world.spa)
    refused(world, policy, world.login(), other, reason="token_unknown")


def test_c14_rotated_away(world, policy):
    """A refresh token that rotation has replaced is refused, also within the grace period."""
    other = world.login()
    refresh(world, other)
    refused(world, policy, world.login(), other, reason="token_unknown")


def test_c14_its_access_token_was_deleted(world, policy):
    """A refresh token without an access token is refused, as the toolkit refuses it."""
    other = world.login()
    get_access_token_model().objects.latest("pk").delete()
    refused(world, policy, world.login(), other, reason="token_expired")


def test_c12_idle_for_too_long(world, policy, settings):
    """A refresh token expires when the toolkit says so, counted from its access token."""
    settings.OAUTH2_PROVIDER = {**settings.OAUTH2_PROVIDER, "REFRESH_TOKEN_EXPIRE_SECONDS": 3_600}
    with time_machine.travel(timezone.now() - timedelta(days=2), tick=True):
        other = world.login()
    refused(world, policy, world.login(), other, reason="token_expired")


def test_c17_of_a_deactivated_user(world, policy):
    """The refresh token of a deactivated user is refused."""
    other = world.login(world.bob)
    get_user_model().objects.filter(pk=world.bob.pk).update(is_active=False)
    refused(world, policy, world.login(), other, reason="subject_inactive")


def test_a_refresh_token_is_no_actor_token(world, policy):
    """A refresh token is refused as actor token under every policy."""
    login = world.login()
    acting = {"actor_token": login["refresh_token"], "actor_token_type": REFRESH_TOKEN}
    refused(world, policy, login, reason="token_type_unsupported", **acting)


@pytest.mark.parametrize("rotates", [True, False], ids=["rotation", "no rotation"])
def test_l08_ends_with_the_refreshed_refresh_token(world, policy, settings, rotates):
    """Descendants of a refresh token stay active through refreshes, and end when the last one is revoked."""
    settings.OAUTH2_PROVIDER = {**settings.OAUTH2_PROVIDER, "ROTATE_REFRESH_TOKEN": rotates}
    login = world.login()
    token = traded(world, login)
    for _ in range(2):
        login = refresh(world, login)
    assert is_alive(world, token)
    world.revoke(login["refresh_token"], client=world.spa)
    assert not is_alive(world, token)


def _revoke_access_token(world, login):
    world.revoke(login["access_token"], client=world.spa)


def _delete_row(world, login):
    get_refresh_token_model().objects.all().delete()


def _delete_user(world, login):
    world.alice.delete()


def _silently(world, login):
    get_refresh_token_model().objects.update(revoked=timezone.now())


@pytest.mark.parametrize("end", [_revoke_access_token, _delete_row, _delete_user, _silently])
def test_l08_ends_in_every_way_in_which_the_session_ends(world, policy, end):
    """Descendants end when the access token is revoked, or when row or user are deleted, with signals or without."""
    login = world.login()
    token = traded(world, login)
    end(world, login)
    assert not is_alive(world, token)


def test_l02_revocation_is_recorded_with_the_descendants(world, policy):
    """Revoking a refresh token leaves a record that lists the descendants revoked with it."""
    login = world.login()
    traded(world, login)
    world.revoke(login["refresh_token"], client=world.spa)
    record = ExchangeRecord.objects.latest("pk")
    assert (record.outcome, record.trace[0]["revoked"]) == ("revoked", 1)
