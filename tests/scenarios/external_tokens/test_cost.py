"""E19: verifying an external token costs no statement, and finding out who it is about a fixed number of them."""

from __future__ import annotations

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from token_exchange.models import LinkedAccount, TrustedIssuer
from token_exchange.sts.vocabulary import JWT
from token_exchange.toolkit.compat import token_database

pytestmark = pytest.mark.scenario("E19")

# By mapping: what it says of the row, and the statements that it takes beyond those of an own token.
MAPPINGS = {
    "a linked account": ({}, 2),
    "a name": ({"subject_mapping": "username", "mapping_claim": "login", "accepts_mutable_claims": True}, 2),
    "an address": ({"subject_mapping": "verified_email"}, 2),
    "created before": ({"subject_mapping": "create"}, 2),
    "a workload": ({"subject_mapping": "workload"}, 0),
}
"""One statement finds the user, and one is the toolkit's, which writes it into the token."""


@pytest.fixture
def costs(django_assert_num_queries):
    """A function that trades a token, and fails unless it takes this many statements and succeeds."""

    def assert_costs(number, trade):
        with django_assert_num_queries(number, connection=connections[token_database()]):
            answer = trade()
        assert answer.status_code == 200, answer.content

    return assert_costs


@pytest.fixture
def local(world):
    """How many statements the exchange of an own token takes, once its rules are known."""
    world.policy()
    token = world.login_token()
    world.exchange(token)
    with CaptureQueriesContext(connections[token_database()]) as captured:
        assert world.exchange(token).status_code == 200
    return len(captured)


@pytest.fixture
def trade(world, key_server, issuer, present):
    """A function that trades Alice's token, its issuer's keys being known."""
    policy = {"subject_token_types": [JWT], "lists": {"trusted_issuers": [issuer]}}
    world.policy(ways=["same_subject"], subject_kind="workloads", **policy)

    def exchange():
        return present(key_server.sign(login="alice", email=world.alice.email, email_verified=True))

    assert exchange().status_code == 200
    return exchange


def crowd(world, issuer):
    """Fifty users with an account each at the issuer, and fifty issuers."""
    for number in range(50):
        user = world.user(f"user-{number}")
        LinkedAccount.objects.create(trusted_issuer=issuer, subject=f"subject-{number}", user=user)
        TrustedIssuer.objects.create(name=f"{number}", issuer=f"https://{number}.example", audiences=["x"])


@pytest.mark.parametrize(("row", "more"), MAPPINGS.values(), ids=MAPPINGS)
def test_e19_the_number_is_fixed(world, issuer, local, trade, costs, row, more):
    """However many users, accounts and issuers there are, and however often it is asked."""
    for name, value in row.items():
        setattr(issuer, name, value)
    issuer.save()
    assert trade().status_code == 200
    costs(local + more, trade)
    crowd(world, issuer)
    assert trade().status_code == 200
    costs(local + more, trade)
    costs(local + more, trade)


def test_e19_verification_itself_costs_nothing(key_server, issuer, local, trade, costs):
    """An RS256 token under keys that are known costs what an own token costs, and its issuer is asked nothing."""
    issuer.subject_mapping = "workload"
    issuer.save()
    assert trade().status_code == 200
    asked = len(key_server.requests)
    costs(local, trade)
    assert len(key_server.requests) == asked == 2  # once: where the keys are, and the keys
