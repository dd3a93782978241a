"""Section C: an access token of this server is exchanged while it, its user and its client are active."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from oauth2_provider.models import get_access_token_model, get_application_model

from token_exchange.toolkit.compat import fingerprint_of, token_database


@pytest.fixture
def portal(world):
    """Create a second client that logs users in, and a policy that lets `front` exchange its tokens."""
    portal = world.client("portal", grant="authorization-code")
    world.policy(issued_to=[portal])
    return portal


@pytest.fixture
def portals_token(world, portal):
    """Return a token of that client, which stays valid when the token of `spa` becomes invalid."""
    return world.login_token(client=portal)


def row_of(token):
    """Return the query for a token's row."""
    return get_access_token_model().objects.filter(token_checksum=fingerprint_of(token))


def test_c01_local_token(world):
    """A client can exchange its own token without an actor if a policy allows the way “same subject”."""
    world.policy(client=world.spa, ways=["same_subject"])
    issued = world.issued(world.login_token(), client=world.spa)
    told = world.introspect(issued, client=world.spa)
    assert (told["sub"], told["client_id"]) == (str(world.alice.pk), "spa")
    assert "act" not in told


def test_c01_local_token_without_a_policy_for_it(world):
    """A client cannot exchange its own token in a way that its policy does not allow."""
    ours = world.client("ours", grant="authorization-code")
    world.policy(client=ours, ways=["without_actor"])
    world.refused_but_for(
        world.login_token(),
        world.login_token(client=ours),
        client=ours,
        reason="not_permitted_by_any_policy",
    )


def test_c03_token_of_another_client(world, portals_token):
    """A token of a client that no policy names, and that is not meant for the caller, is refused."""
    world.refused_but_for(portals_token, world.login_token(), reason="not_permitted_by_any_policy")


def test_c03_token_meant_for_the_caller(world):
    """A token of another client is accepted if it is meant for a target that the caller owns."""
    world.policy(client=world.back, issued_to=[], targets=[world.other_target], scopes=["read"])
    meant, unmeant = world.login_token(resource=world.target.resources[0]), world.login_token()
    world.refused_but_for(meant, unmeant, client=world.back, reason="not_permitted_by_any_policy")


@pytest.mark.parametrize("seconds", [0, 1, 60], ids=["at its end", "a second late", "a minute late"])
def test_c12_expired(world, alices_token, seconds):
    """A token is refused from the second of its expiry, without the leeway for other servers' clocks."""
    ends = row_of(alices_token).get().expires + timedelta(seconds=seconds, milliseconds=1)  # clocks round to 1e-6 s
    assert world.exchange(alices_token).status_code == 200
    with time_machine.travel(ends - timedelta(hours=1), tick=False):
        fresh = world.login_token()
    with time_machine.travel(ends, tick=False):
        world.refused_but_for(fresh, alices_token, reason="token_expired")


def test_c12_about_to_expire(world, alices_token):
    """In the second before its last a token is accepted, for the whole seconds that are left."""
    with time_machine.travel(row_of(alices_token).get().expires - timedelta(seconds=1.5), tick=False):
        assert world.exchange(alices_token).json()["expires_in"] == 1


def test_c14_revoked(world, portals_token, portal):
    """A token that its client revoked is refused."""
    revoked = world.login_token(client=portal)
    assert world.exchange(revoked).status_code == 200
    assert world.revoke(revoked, client=portal).status_code == 200
    world.refused_but_for(portals_token, revoked, reason="token_unknown")


def test_c17_deactivated_user(world, alices_token):
    """The token of a deactivated user is refused, and accepted again when the user is active again."""
    bobs_token = world.login_token(world.bob)

    def deactivated():
        type(world.alice).objects.filter(pk=world.alice.pk).update(is_active=False)
        return world.exchange(alices_token)

    world.refused(lambda: world.exchange(bobs_token), deactivated, error="invalid_request", reason="subject_inactive")
    type(world.alice).objects.filter(pk=world.alice.pk).update(is_active=True)
    assert world.exchange(alices_token).status_code == 200


def test_c17_deleted_user(world, alices_token):
    """The token of a user who was deleted is refused."""
    bobs_token = world.login_token(world.bob)
    type(world.alice).objects.get(pk=world.alice.pk).delete()
    world.refused_but_for(bobs_token, alices_token, reason="token_unknown")


def test_c19_token_without_a_user(world):
    """A client's own token is exchanged under a policy for clients, with the client as subject."""
    world.policy(ways=["same_subject"], subject_kind="clients")
    issued = world.issued(world.client_token())
    assert world.introspect(issued)["sub"] == "client:front"


def test_c19_token_without_a_user_under_a_policy_for_users(world, alices_token):
    """A policy for users does not cover a client's own token."""
    world.refused_but_for(alices_token, world.client_token(), reason="not_permitted_by_any_policy")


def test_c20_exchanged_twice(world, alices_token):
    """A subject token can be exchanged twice, for two different tokens."""
    assert world.issued(alices_token) != world.issued(alices_token)


def test_c23_row_deleted(world, alices_token):
    """A token without a row is refused, in every way in which the row was deleted."""
    gone = world.login_token()
    row_of(gone).delete()
    world.refused_but_for(alices_token, gone, reason="token_unknown")


def test_c24_issuing_client_deleted(world, portals_token):
    """A token is refused after the client that it was issued to was deleted."""
    world.policy()
    token = world.login_token()
    assert world.exchange(token).status_code == 200
    get_application_model().objects.get(client_id="spa").delete()
    world.refused_but_for(portals_token, token, reason="token_unknown")


def test_c24_issuing_client_disabled(world, portals_token, monkeypatch):
    """A token is refused while the model of its client calls that client unusable."""
    world.policy()
    token = world.login_token()
    assert world.exchange(token).status_code == 200
    monkeypatch.setattr(get_application_model(), "is_usable", lambda self, request: self.client_id != "spa")
    world.refused_but_for(portals_token, token, reason="token_issuer_disabled")


def test_c25_token_of_another_database(world, alices_token):
    """A token that this software issued on another database is unknown."""
    with transaction.atomic(using=token_database()):
        foreign = world.login_token()
        transaction.set_rollback(True, using=token_database())
    world.refused_but_for(alices_token, foreign, reason="token_unknown")


def test_c26_subject_without_scope(world, scopeless):
    """A token without scope is exchanged for one without scope, not for one with default scopes."""
    world.policy()
    answer = world.exchange(scopeless, audience="back-api")
    assert (answer.status_code, answer.json()["scope"]) == (200, "")
    assert row_of(answer.json()["access_token"]).get().scope == ""
