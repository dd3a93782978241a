"""E19: verifying an external token takes no statement, and finding its user takes a fixed number."""

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
    """Return a function that exchanges a token and fails unless that takes this many statements."""

    def assert_costs(number, trade):
        with django_assert_num_queries(number, connection=connections[token_database()]):
            answer = trade()
        assert answer.status_code == 200, answer.content

    return assert_costs


@pytest.fixture
def local(world):
    """Return the number of statements for the exchange of a local token after the rules were read."""
    world.policy()
    token = world.login_token()
    world.exchange(token)
    with CaptureQueriesContext(connections[token_database()]) as captured:
        assert world.exchange(token).status_code == 200
    return len(captured)


@pytest.fixture
def trade(world, key_server, issuer, present):
    """Return a function that exchanges Alice's token when the keys of its issuer are in the cache."""
    policy = {"subject_token_types": [JWT], "lists": {"trusted_issuers": [issuer]}}
    world.policy(ways=["same_subject"], subject_kind="workloads", **policy)

    def exchange():
        return present(key_server.sign(login="alice", email=world.alice.email, email_verified=True))

    assert exchange().status_code == 200
    return exchange


def crowd(world, issuer):
    """Create fifty users, each with an account at the issuer, and fifty issuers."""
    for number in range(50):
        user = world.user(f"user-{number}")
        LinkedAccount.objects.create(trusted_issuer=issuer, subject=f"subject-{number}", user=user)
        TrustedIssuer.objects.create(name=f"{number}", issuer=f"https://{number}.example", audiences=["x"])


@pytest.mark.parametrize(("row", "more"), MAPPINGS.values(), ids=MAPPINGS)
def test_e19_the_number_is_fixed(world, issuer, local, trade, costs, row, more):
    """The number of statements depends neither on the users, accounts and issuers nor on repeated exchanges."""
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
    """An RS256 token with cached keys takes as many statements as a local one, and no request to its issuer."""
    issuer.subject_mapping = "workload"
    issuer.save()
    assert trade().status_code == 200
    asked = len(key_server.requests)
    costs(local, trade)
    assert len(key_server.requests) == asked == 2  # once: where the keys are, and the keys
