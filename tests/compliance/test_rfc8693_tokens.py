"""RFC 8693 §2.1: subject and actor tokens have the required form and type (TX-021 to TX-033)."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from tests.worlds.world import flipped
from token_exchange.sts.vocabulary import ACCESS_TOKEN, ID_TOKEN, JWT, REFRESH_TOKEN

pytestmark = pytest.mark.compliance("RFC 8693", "2.1")


@pytest.fixture
def delegation(world):
    """Return a token of Alice and an actor token of `front`, which may act for her."""
    world.policy(ways=["delegation"], lists={"actor_clients": [world.front], "actor_users": [world.bob]})
    return world.login_token(), world.client_token()


@pytest.mark.parametrize("without", [True, False], ids=["missing", "empty"])
@pytest.mark.parametrize(
    "name", [pytest.param("subject_token", id="TX-021"), pytest.param("subject_token_type", id="TX-022")]
)
def test_tx_021_tx_022_required_parameters(world, alices_token, name, without):
    """A request without a subject token or its type is refused, and the description names the parameter."""
    answer = world.refuses(alices_token, **({"without": [name]} if without else {name: ""}))
    assert f"{name} " in answer.json()["error_description"]


def test_tx_023_unknown_subject_token_type(world, alices_token):
    """A type without a verifier is refused."""
    world.refuses(alices_token, subject_token_type="urn:example:x")


@pytest.mark.parametrize("declared", [ID_TOKEN, REFRESH_TOKEN, JWT])
def test_tx_024_validated_by_the_declared_type(world, alices_token, declared):
    """A valid access token declared as anything else is refused."""
    world.refuses(alices_token, subject_token_type=declared)


def test_tx_024_refresh_token_declared_as_access_token(world):
    """A valid refresh token declared as an access token is refused."""
    world.policy()
    login = world.login()
    world.refuses(login["access_token"], subject_token=login["refresh_token"])


def test_tx_025_actor_token_may_be_left_out(world):
    """Without an actor token, a policy that allows no actor permits, and one for delegation alone refuses."""
    policy = world.policy(ways=["delegation", "without_actor"], lists={"actor_clients": [world.front]})
    token, actor_token = world.login_token(), world.client_token()
    assert world.exchange(token).status_code == 200
    policy.ways = ["delegation"]
    policy.save()
    world.refused(
        lambda: world.exchange(token, actor_token=actor_token),
        lambda: world.exchange(token),
        error="invalid_request",
    )


@pytest.mark.parametrize("empty", [{"without": ["actor_token_type"]}, {"actor_token_type": ""}])
def test_tx_026_actor_token_needs_its_type(world, delegation, empty):
    """An actor token without its type is refused, and the description names the type."""
    token, actor_token = delegation
    answer = world.refused(
        lambda: world.exchange(token, actor_token=actor_token),
        lambda: world.exchange(token, actor_token=actor_token, **empty),
        error="invalid_request",
    )
    assert "actor_token_type" in answer.json()["error_description"]


@pytest.mark.parametrize("actor", [{}, {"actor_token": ""}], ids=["absent", "empty"])
def test_tx_027_actor_token_type_needs_its_token(world, alices_token, actor):
    """An actor token type without its token is refused."""
    world.refuses(alices_token, actor_token_type=ACCESS_TOKEN, **actor)


def test_tx_028_subject_token_is_genuine(world, alices_token):
    """A subject token with one changed character is refused."""
    world.refuses(alices_token, subject_token=flipped(alices_token), reason="token_unknown")


def test_tx_029_subject_token_has_not_expired(world, alices_token):
    """An expired subject token is refused."""
    with time_machine.travel(timezone.now() + timedelta(hours=9), tick=False):
        fresh = world.login_token()
        assert world.exchange(alices_token).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(hours=11), tick=False):
        world.refused_but_for(fresh, alices_token, reason="token_expired")


def test_tx_031_subject_token_revoked(world):
    """A subject token revoked at the revocation endpoint is refused."""
    world.policy()
    token, revoked = world.login_token(), world.login_token()
    assert world.exchange(revoked).status_code == 200
    world.revoke(revoked, client=world.spa)
    world.refused_but_for(token, revoked, reason="token_unknown")


def test_tx_031_user_inactive(world):
    """The subject token of a user who is not active is refused."""
    world.policy()
    alices, bobs = world.login_token(), world.login_token(world.bob)
    assert world.exchange(bobs).status_code == 200
    world.bob.is_active = False
    world.bob.save()
    world.refused_but_for(alices, bobs, reason="subject_inactive")


def test_tx_031_issuing_application_deleted(world):
    """A subject token whose application was deleted is refused."""
    portal = world.client("portal", grant="authorization-code")
    world.policy(issued_to=[world.spa, portal])
    token, orphan = world.login_token(), world.login_token(client=portal)
    assert world.exchange(orphan).status_code == 200
    portal.delete()
    world.refused_but_for(token, orphan, reason="token_unknown")


def test_tx_033_presented_by_an_entitled_client(world):
    """Another client's token is accepted only from the owner of its target."""
    portal = world.client("portal", grant="authorization-code")
    for client in (world.back, world.agent):
        world.policy(client=client, issued_to=[portal])
    meant = world.login_token(resource=world.target.resources[0])
    unmeant, portals = world.login_token(), world.login_token(client=portal)
    reason = "not_permitted_by_any_policy"
    world.refused_but_for(meant, unmeant, client=world.back, reason=reason)
    world.refused_but_for(portals, meant, client=world.agent, reason=reason)
