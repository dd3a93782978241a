"""Migration: opaque tokens of an old server, which is asked about each of them (RFC 7662)."""

from __future__ import annotations

import base64
import time

import pytest

from tests.key_server import AUDIENCE
from tests.outside import key_server
from token_exchange.models import ExchangeRecord, LinkedAccount, TrustedIssuer
from token_exchange.sts.vocabulary import ACCESS_TOKEN

__all__ = ["key_server"]

OLD = "an-opaque-token-of-the-old-server"


@pytest.fixture
def legacy(world, key_server, settings):
    """The old server, trusted by introspection; it knows one token of Alice's."""
    settings.TOKEN_EXCHANGE = {
        "CREDENTIALS": {"old": {"client_id": "us", "client_secret": "s:cret", "url": key_server.issuer}}
    }
    row = TrustedIssuer.objects.create(
        name="old server",
        issuer=key_server.issuer,
        audiences=[AUDIENCE, "old-client"],
        token_types=[ACCESS_TOKEN],
        key_source="introspection",
        introspection_url=f"{key_server.issuer}/introspect",
        credentials="old",
        allows_private_network=True,
        ca_bundle=key_server.ca_bundle,
        subject_claim="username",
        scopes={"orders": ["read"]},
    )
    LinkedAccount.objects.create(trusted_issuer=row, subject="alice-there", user=world.alice)
    world.policy(ways=["same_subject"], lists={"trusted_issuers": [row]})
    key_server.introspected[OLD] = answer_of_the_old_server()
    return key_server


def answer_of_the_old_server(**changes):
    """What it says about a live token; a member given as None is left out."""
    members = {
        "active": True,
        "username": "alice-there",
        "client_id": "old-client",
        "scope": "orders profile",
        "exp": int(time.time()) + 600,
        **changes,
    }
    return {name: value for name, value in members.items() if value is not None}


def test_an_old_token_becomes_one_of_ours(world, legacy):
    """The old token is traded for one of Alice's, with the mapped scope, and the old server was asked as us."""
    answer = world.exchange(OLD)
    assert answer.status_code == 200, answer.content
    described = world.introspect(answer.json()["access_token"])
    assert (described["username"], described["scope"]) == ("alice", "read")
    assert base64.b64decode(legacy.authorization.removeprefix("Basic ")) == b"us:s%3Acret"


@pytest.mark.parametrize(
    ("changes", "reason", "detail"),
    [
        pytest.param({"active": False}, "introspection_inactive", "", id="inactive"),
        pytest.param({"active": "true"}, "introspection_inactive", "", id="text for true"),
        pytest.param({"exp": None}, "claims_invalid", "time_malformed", id="no expiry"),
        pytest.param({"exp": 1}, "claims_invalid", "expired", id="expired"),
        pytest.param({"client_id": "another"}, "claims_invalid", "audience_wrong", id="another client's"),
        pytest.param({"aud": "elsewhere"}, "claims_invalid", "audience_wrong", id="meant for elsewhere"),
        pytest.param({"iss": "https://other.example"}, "claims_invalid", "issuer_wrong", id="another issuer's"),
        pytest.param({"cnf": {"jkt": "x" * 43}}, "token_bound_to_key", "", id="TXS-014 bound to a key"),
        pytest.param({"username": None}, "subject_unknown", "", id="nobody's"),
        pytest.param({"username": "stranger"}, "subject_unknown", "", id="unknown subject"),
    ],
)
def test_an_answer_is_checked_like_claims(world, legacy, changes, reason, detail):
    """What the old server says counts as far as it goes, and no further."""
    legacy.introspected["odd-token-of-the-old-server"] = answer_of_the_old_server(**changes)
    answer = world.refused(
        lambda: world.exchange(OLD),
        lambda: world.exchange("odd-token-of-the-old-server"),
        error="invalid_request",
        reason=reason,
    )
    assert ExchangeRecord.objects.get(request_id=answer["X-Request-Id"]).detail == detail


def test_only_the_servers_of_the_callers_policies_are_asked(world, legacy):
    """A client without a policy for the old server does not make us show it anybody's token."""
    world.policy(client=world.agent)
    assert world.exchange(OLD, client=world.agent).status_code == 400
    assert "/introspect" not in legacy.requests


def test_own_tokens_are_never_shown_to_the_old_server(world, legacy):
    """A token of this server is looked up here, and nowhere else."""
    world.policy()
    assert world.exchange(world.login_token()).status_code == 200
    assert "/introspect" not in legacy.requests


def test_an_old_server_that_is_down_is_a_failure_of_ours(world, legacy):
    """Without an answer nothing is decided: 503."""
    TrustedIssuer.objects.get().delete()
    world.policy(
        ways=["same_subject"],
        lists={
            "trusted_issuers": [
                TrustedIssuer.objects.create(
                    name="gone",
                    issuer="https://localhost:1",
                    audiences=[AUDIENCE],
                    token_types=[ACCESS_TOKEN],
                    key_source="introspection",
                    introspection_url="https://localhost:1/introspect",
                    credentials="old",
                    allows_private_network=True,
                )
            ]
        },
    )
    assert world.exchange(OLD).status_code == 503
