"""RFC 8693 appendix A: its two examples, with this server's own tokens (TX-091, TX-092)."""

from __future__ import annotations

import pytest

from token_exchange.sts.vocabulary import ACCESS_TOKEN

pytestmark = pytest.mark.compliance("RFC 8693", "A")


def test_tx_091_impersonation(world):
    """A subject token alone gives a token about the same subject for the resource, without an actor."""
    world.policy(ways=["without_actor"])
    answer = world.exchange(world.login_token(), resource="https://back-api.example/")
    body = answer.json()
    assert (body["issued_token_type"], body["token_type"]) == (ACCESS_TOKEN, "Bearer")
    told = world.introspect(body["access_token"], client=world.back)
    assert told["sub"] == str(world.alice.pk)
    assert "https://back-api.example/" in told["aud"]
    assert not {"act", "may_act"} & set(told)


def test_tx_092_delegation(world):
    """A subject token whose `may_act` names the actor, and the actor's token, give a token with that actor."""
    clerk = world.client("clerk")
    world.policy(ways=["without_actor"], may_act=clerk)
    world.policy(
        client=clerk,
        ways=["delegation"],
        issued_to=[world.front],
        lists={"actor_clients": [clerk]},
        targets=[world.other_target],
        scopes=["read"],
    )
    subject_token = world.issued(world.login_token())
    assert world.introspect(subject_token)["may_act"]["sub"] == "client:clerk"
    answer = world.exchange(subject_token, client=clerk, audience="invoices-api", actor_token=world.client_token(clerk))
    told = world.introspect(answer.json()["access_token"], client=clerk)
    assert (told["sub"], told["act"]["sub"]) == (str(world.alice.pk), "client:clerk")
    assert told["aud"] == ["invoices-api", "https://invoices-api.example/"]
    assert "may_act" not in told
