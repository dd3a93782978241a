"""Section C: this server's own refresh tokens as subject tokens, looked at and never used."""

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
    """`spa` trades refresh tokens of its own; `front` may take its access tokens, and its refresh tokens in vain."""
    world.policy(issued_to=[world.spa], subject_token_types=[ACCESS_TOKEN, REFRESH_TOKEN])
    return world.policy(client=world.spa, ways=["same_subject"], subject_token_types=[ACCESS_TOKEN, REFRESH_TOKEN])


def trade(world, login, *, client=None, **parameters):
    """The answer to trading the refresh token of a login."""
    form = exchange_form(login["refresh_token"], **{"subject_token_type": REFRESH_TOKEN, **parameters})
    return world.post(form, client=client or world.spa)


def traded(world, login):
    """The access token that the refresh token of a login was traded for."""
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
    """The sandwich: the refresh token of one login is traded, that of the other (or this request) refused."""
    return world.refused(
        lambda: trade(world, login),
        lambda: trade(world, other or login, **request),
        error="invalid_request",
        reason=reason,
    )


def test_a_refresh_token_is_traded_and_still_refreshes(world, policy):
    """It is neither consumed nor rotated: traded twice, it refreshes afterwards, and what it was traded for lives."""
    login = world.login()
    tokens = [traded(world, login), traded(world, login)]
    refreshed = refresh(world, login)
    assert all(is_alive(world, token) for token in [*tokens, refreshed["access_token"]])
    answer = trade(world, refreshed)
    assert answer.json()["scope"] == "read"
    assert ExchangeRecord.objects.latest("pk").subject_token_type == REFRESH_TOKEN


def test_a_refresh_token_outlives_its_access_token(world, policy):
    """Its point: it is good for an exchange when the access token beside it has long expired, cleaned up or not."""
    with time_machine.travel(timezone.now() - timedelta(days=2), tick=True):
        login = world.login()
    token = traded(world, login)
    assert is_alive(world, token)
    world.revoke(login["refresh_token"], client=world.spa)
    assert not is_alive(world, token)


def test_a06_not_listed(world, policy):
    """Where no policy of the client lists the type, nobody looks at the token."""
    login = world.login()
    policy.subject_token_types = [ACCESS_TOKEN]
    policy.save()
    before = world.counts()
    world.assert_refusal(trade(world, login), before, error="invalid_request", reason="token_type_unsupported")


def test_c05_of_another_client(world, policy):
    """A refresh token is for the client that holds it, even where a policy names its issuing client."""
    login = world.login()
    refused(world, policy, login, client=world.front, reason="not_permitted_by_any_policy")


def test_c08_access_token_declared_as_refresh_token(world, policy):
    """An access token is no refresh token, though both are this server's."""
    login = world.login()
    refused(world, policy, login, {"refresh_token": login["access_token"]}, reason="token_unknown")


def test_c14_revoked(world, policy):
    """A revoked refresh token is refused."""
    other = world.login()
    world.revoke(other["refresh_token"], client=world.spa)
    refused(world, policy, world.login(), other, reason="token_unknown")


def test_c14_rotated_away(world, policy):
    """The refresh token that rotation has replaced is refused, within the grace period too."""
    other = world.login()
    refresh(world, other)
    refused(world, policy, world.login(), other, reason="token_unknown")


def test_c14_its_access_token_was_deleted(world, policy):
    """The toolkit takes a refresh token without an access token for an orphan; so do we."""
    other = world.login()
    get_access_token_model().objects.latest("pk").delete()
    refused(world, policy, world.login(), other, reason="token_expired")


def test_c12_idle_for_too_long(world, policy, settings):
    """A refresh token ends with the lifetime that the toolkit counts from its access token."""
    settings.OAUTH2_PROVIDER = {**settings.OAUTH2_PROVIDER, "REFRESH_TOKEN_EXPIRE_SECONDS": 3_600}
    with time_machine.travel(timezone.now() - timedelta(days=2), tick=True):
        other = world.login()
    refused(world, policy, world.login(), other, reason="token_expired")


def test_c17_of_a_deactivated_user(world, policy):
    """A deactivated user's refresh token is refused."""
    other = world.login(world.bob)
    get_user_model().objects.filter(pk=world.bob.pk).update(is_active=False)
    refused(world, policy, world.login(), other, reason="subject_inactive")


def test_a_refresh_token_never_acts(world, policy):
    """As an actor token it is refused, whatever a policy lists."""
    login = world.login()
    acting = {"actor_token": login["refresh_token"], "actor_token_type": REFRESH_TOKEN}
    refused(world, policy, login, reason="token_type_unsupported", **acting)


@pytest.mark.parametrize("rotates", [True, False], ids=["rotation", "no rotation"])
def test_l08_dies_with_the_refreshed_refresh_token(world, policy, settings, rotates):
    """What a refresh token was traded for follows it through refreshes, and dies when the last one is revoked."""
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
def test_l08_dies_however_the_session_ends(world, policy, end):
    """The access token beside it revoked, its row or user deleted, or revoked past every signal: the end for both."""
    login = world.login()
    token = traded(world, login)
    end(world, login)
    assert not is_alive(world, token)


def test_l02_revocation_is_recorded_with_what_died(world, policy):
    """Revoking the refresh token leaves a record that tells what died with it."""
    login = world.login()
    traded(world, login)
    world.revoke(login["refresh_token"], client=world.spa)
    record = ExchangeRecord.objects.latest("pk")
    assert (record.outcome, record.trace[0]["revoked"]) == ("revoked", 1)
