"""Fixtures around an external issuer: its server, the row that trusts it, and a policy that takes its tokens."""

from __future__ import annotations

import time
from uuid import uuid4

import pytest

from tests.jose.issuer import jwk_set
from tests.worlds.key_server import AUDIENCE, KeyServer
from token_exchange.models import LinkedAccount, TrustedIssuer
from token_exchange.sts.vocabulary import JWT


@pytest.fixture
def key_server():
    """An external issuer on loopback."""
    server = KeyServer()
    yield server
    server.close()


@pytest.fixture
def issuer(world, key_server):
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
def present(world, issuer):
    """A function that exchanges an external token."""

    def exchange(token, **parameters):
        return world.exchange(token, **{"subject_token_type": JWT, **parameters})

    return exchange


def trusting(world, signer, **fields):
    """A row that trusts an issuer of `tests.jose` by its pasted key, Alice as its subject, and a policy for it."""
    row = TrustedIssuer.objects.create(
        **{
            "name": "pasted",
            "issuer": "https://issuer.example",
            "audiences": [AUDIENCE],
            "key_source": "pasted",
            "algorithms": [signer.algorithm],
            "pasted_keys": jwk_set(signer.jwk()).decode(),
            "scopes": {"*": ["read"]},
            **fields,
        }
    )
    LinkedAccount.objects.create(trusted_issuer=row, subject="alice", user=world.alice)
    world.policy(ways=["same_subject"], subject_token_types=[JWT], lists={"trusted_issuers": [row]})
    return row


def current(**claims):
    """The claims that make a token of `tests.jose` one for us, from now on for five minutes."""
    now = int(time.time())
    return {"aud": AUDIENCE, "iat": now, "exp": now + 300, "jti": str(uuid4()), **claims}
