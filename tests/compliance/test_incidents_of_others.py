"""What went wrong in other servers, where it concerns who acts for whom (TXS-006, 007, 013, 016)."""

from __future__ import annotations

import pytest

from tests.help_desk import HelpDesk
from tests.relay import Relay
from token_exchange.models import ExchangeRecord
from token_exchange.sts.delegation import MAX_CHAIN_DEPTH

pytestmark = pytest.mark.compliance("RFC 8693", "5")

NOT_PERMITTED = "not_permitted_by_any_policy"


def rules_failed():
    """The rules that the last refusal failed by, in all policies."""
    record = ExchangeRecord.objects.latest("pk")
    return {rule["rule"] for trial in record.trace for rule in trial["rules"] if not rule["passed"]}


def test_txs_006_a_client_trades_its_own_delegated_token(world, alices_token):
    """A client that acts already is not added a second time (WSO2 #3008)."""
    token = world.issued(alices_token)
    for _ in range(3):
        token = world.issued(token)
        told = world.introspect(token)
        assert told["act"] == {"iss": "https://testserver/o", "sub": "client:front"}


def test_txs_007_a_chain_at_its_limit(world):
    """One actor too many is a refusal, never a chain cut short."""
    relay = Relay(world)
    shorter, longest = relay.token(MAX_CHAIN_DEPTH - 1), relay.token(MAX_CHAIN_DEPTH)
    last = relay.clients[MAX_CHAIN_DEPTH]
    world.refused_but_for(shorter, longest, client=last, reason=NOT_PERMITTED)
    assert relay.hop(MAX_CHAIN_DEPTH, longest).status_code == 400
    assert rules_failed() == {"chain"}


def test_txs_013_a_token_meant_for_another_api(world):
    """A resource server redeems what was meant for it, and not what was meant for another."""
    world.policy(client=world.back, issuing_clients=[], targets=[world.other_target], scopes=["read"])
    world.other_target.owner = world.agent
    world.other_target.save()
    mine = world.login_token(resource="https://back-api.example/")
    others = world.login_token(resource="https://invoices-api.example/")
    unrestricted = world.login_token()
    for token in (others, unrestricted):
        world.refused_but_for(mine, token, client=world.back, reason=NOT_PERMITTED)


@pytest.mark.parametrize("status", ["is_staff", "is_superuser"])
@pytest.mark.parametrize("way", ["impersonation", "client_acts"])
def test_txs_016_staff_and_superusers(world, status, way):
    """The token of an administrator is traded only where a policy says so."""
    policy = world.policy(ways=[way])
    carol = world.user("carol", **{status: True})
    alices, carols = world.login_token(), world.login_token(carol)
    world.refused_but_for(alices, carols, reason=NOT_PERMITTED)
    world.exchange(carols)
    assert rules_failed() == {"subject"}
    policy.privileged_subjects = True
    policy.save()
    assert world.exchange(carols).status_code == 200


def test_txs_016_promoted_after_the_first_exchange(world):
    """A user who becomes staff is out of reach from then on, at second hand too."""
    desk = HelpDesk(world)
    desk.onward_policy()
    token, bobs = desk.token(), desk.token(desk.subject_token(world.user("dora")))
    world.alice.is_staff = True
    world.alice.save()
    world.refused_but_for(bobs, token, client=world.back, reason="no_longer_granted")


def test_txs_016_somebody_whom_the_policy_does_not_list(world):
    """A policy for listed users reaches nobody else."""
    world.policy(ways=["impersonation"], subject_kind="listed_users", lists={"subject_users": [world.alice]})
    alices, bobs = world.login_token(), world.login_token(world.bob)
    world.refused_but_for(alices, bobs, reason=NOT_PERMITTED)
    world.exchange(bobs)
    assert rules_failed() == {"subject"}
