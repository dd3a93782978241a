"""Fixtures around an outside issuer: its server, the row that trusts it, and a policy that takes its tokens."""

from __future__ import annotations

import pytest

from tests.key_server import AUDIENCE, KeyServer
from token_exchange.models import LinkedAccount, TrustedIssuer
from token_exchange.sts.vocabulary import JWT


@pytest.fixture
def key_server():
    """An outside issuer on loopback."""
    server = KeyServer()
    yield server
    server.close()


@pytest.fixture
def trust(world, key_server):
    """A row that trusts it by discovery, and Alice linked to its subject `alice-outside`."""
    row = TrustedIssuer.objects.create(
        name="outside",
        issuer=key_server.issuer,
        audiences=[AUDIENCE],
        allows_private_network=True,
        ca_bundle=key_server.ca_bundle,
        scopes={"*": ["read"]},
    )
    LinkedAccount.objects.create(trusted_issuer=row, subject="alice-outside", user=world.alice)
    world.policy(ways=["same_subject"], subject_token_types=[JWT], lists={"trusted_issuers": [row]})
    return row


@pytest.fixture
def present(world, trust):
    """A function that exchanges an outside token."""

    def exchange(token, **parameters):
        return world.exchange(token, **{"subject_token_type": JWT, **parameters})

    return exchange
