"""Section P: each answer has one record."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.forms import model_to_dict

from token_exchange.models import ExchangedToken, ExchangeRecord
from token_exchange.sts.vocabulary import ACCESS_TOKEN
from token_exchange.tokens.audit import DatabaseAuditTrail
from token_exchange.toolkit.compat import fingerprint_of

KEPT = {
    "outcome": "granted",
    "error": "",
    "reason": "",
    "client_id": "front",
    "address": "127.0.0.1",
    "subject_token_type": ACCESS_TOKEN,
    "subject_name": "alice",
    "audience": ["back-api"],
    "resource": ["https://back-api.example/"],
    "granted_scope": "read",
}


def last_record():
    """Return the newest record as plain values."""
    return model_to_dict(ExchangeRecord.objects.latest("pk"))


def test_p01_a_success_is_one_record(world):
    """One record names caller, subject, way, target, scope, policy and address of a granted exchange."""
    policy = world.policy(name="front for users")
    token = world.login_token()
    before = world.counts()["records"]
    answer = world.exchange(token, scope="read", audience="back-api")
    assert world.counts()["records"] == before + 1
    record = last_record()
    issued = answer.json()["access_token"]
    expected = KEPT | {
        "request_id": answer["X-Request-Id"],
        "actor_token_type": "",
        "requested_token_type": "",
        "requested_scope": "read",
        "subject": str(world.alice.pk),
        "actor": "client:front",
        "act": {"sub": "client:front"},
        "way": "client_acts",
        "policy_key": policy.pk,
        "policy_name": "front for users",
        "lifetime": 300,
        "issued_fingerprint": fingerprint_of(issued),
        "subject_fingerprint": fingerprint_of(token),
        "actor_fingerprint": "",
    }
    assert {name: record[name] for name in expected} == expected
    assert [trial["passed"] for trial in record["trace"]] == [True]
    world.assert_silent(str(record))


def test_p01_with_an_actor_and_the_chain(world):
    """The record of a delegation names both tokens, the actor and the earlier actors."""
    world.policy()
    world.policy(
        client=world.agent,
        issued_to=[world.front],
        ways=["delegation"],
        lists={"actor_users": [world.bob]},
        max_chain_depth=2,
    )
    first = world.issued(world.login_token())
    # An actor token must be the caller's own, so Bob logs in through the agent.
    world.agent.authorization_grant_type = "authorization-code"
    world.agent.save()
    bobs = world.login_token(world.bob, client=world.agent)
    assert world.exchange(first, client=world.agent, actor_token=bobs).status_code == 200
    record = last_record()
    assert (record["actor_token_type"], record["way"]) == (ACCESS_TOKEN, "delegation")
    assert record["actor"] == str(world.bob.pk)
    assert record["act"] == {"sub": str(world.bob.pk), "act": {"sub": "client:front"}}
    assert record["subject_fingerprint"] == fingerprint_of(first)
    assert record["actor_fingerprint"] == fingerprint_of(bobs)


def test_p01_what_was_asked_is_kept_of_a_refusal_too(world, alices_token):
    """The record of a refusal holds the request, all verified facts and the whole trace."""
    world.policy(name="second", targets=[world.other_target])
    answer = world.exchange(alices_token, audience="back-api", scope="write", requested_token_type=ACCESS_TOKEN)
    assert answer.status_code == 400
    record = last_record()
    assert (record["outcome"], record["error"], record["requested_scope"]) == ("refused", "invalid_scope", "write")
    assert (record["subject"], record["client_id"]) == (str(world.alice.pk), "front")
    assert (record["audience"], record["requested_token_type"]) == (["back-api"], ACCESS_TOKEN)
    assert (record["granted_scope"], record["issued_fingerprint"], record["policy_name"]) == ("", "", "")
    failed = [[rule["rule"] for rule in trial["rules"] if not rule["passed"]] for trial in record["trace"]]
    assert failed == [["scope"], ["target", "scope"]]


def test_p01_a_record_survives_everything_it_names(world, alices_token):
    """A record stays unchanged when its user, client, policy, target or token is deleted."""
    issued = world.issued(alices_token)
    before = last_record()
    world.revoke(issued, client=world.front)
    for row in (world.target, world.alice, world.front):
        row.delete()
    assert model_to_dict(ExchangeRecord.objects.get(pk=before["id"])) == before


@pytest.mark.parametrize("refusing", [False, True])
def test_p03_without_record_there_is_no_answer(world, alices_token, monkeypatch, refusing):
    """If no record can be saved, nothing is issued and nothing refused: the answer is a server error."""
    before = world.counts()

    def fail(self, event):
        raise RuntimeError("no room for the record of " + event.request.subject_token.value)

    monkeypatch.setattr(DatabaseAuditTrail, "record", fail)
    answer = world.exchange(alices_token, **({"audience": "nope"} if refusing else {}))
    assert (answer.status_code, answer.json()["error"]) == (500, "server_error")
    assert world.counts() == before
    world.assert_silent(answer.content.decode())
    monkeypatch.undo()
    assert world.exchange(alices_token).status_code == 200


def test_p08_a_cascade_is_one_record_of_all(world, alices_token):
    """Revoking a token leaves one record, which lists all descendants that were revoked with it."""
    world.policy(client=world.agent, issued_to=[world.front], max_chain_depth=2)
    child = world.issued(alices_token)
    grandchild = world.issued(child, client=world.agent)
    before = world.counts()["records"]
    world.revoke(alices_token, client=world.spa)
    assert world.counts()["records"] == before + 1
    record = last_record()
    assert (record["outcome"], record["reason"]) == ("revoked", "token_revoked")
    assert record["issued_fingerprint"] == fingerprint_of(alices_token)
    (told,) = record["trace"]
    assert {(token["fingerprint"], token["client"]) for token in told["tokens"]} == {
        (fingerprint_of(child), "front"),
        (fingerprint_of(grandchild), "agent"),
    }
    assert {token["subject"] for token in told["tokens"]} == {str(world.alice.pk)}
    assert ExchangedToken.objects.filter(revoked__isnull=True).count() == 0


def test_p10_a_record_is_never_changed(world, alices_token):
    """A record can be neither saved again nor deleted by itself."""
    world.issued(alices_token)
    record = ExchangeRecord.objects.latest("pk")
    record.outcome = "refused"
    with pytest.raises(PermissionDenied):
        record.save()
    with pytest.raises(PermissionDenied):
        record.delete()
    assert ExchangeRecord.objects.get(pk=record.pk).outcome == "granted"
