"""Create rows that trust an external issuer, and claims for its tokens, for the fixtures `issuer` and `present`."""

from __future__ import annotations

import time
from uuid import uuid4

from tests.jose.issuer import jwk_set
from tests.worlds.key_server import AUDIENCE
from token_exchange.models import LinkedAccount, TrustedIssuer
from token_exchange.sts.vocabulary import JWT


def trusting(world, signer, **fields):
    """Create a row that trusts an issuer of `tests.jose` by its pasted key, with Alice linked, and a policy."""
    row = TrustedIssuer.objects.create(
        **{
            "name": "pasted",
            "issuer": "https://issuer.example",
            "audiences": [AUDIENCE],
            "verification": "pasted",
            "algorithms": [signer.algorithm],
            "pasted_keys": jwk_set(signer.jwk()).decode(),
            "scope_mapping": {"*": ["read"]},
            **fields,
        }
    )
    LinkedAccount.objects.create(trusted_issuer=row, subject="alice", user=world.alice)
    world.policy(ways=["same_subject"], subject_token_types=[JWT], lists={"trusted_issuers": [row]})
    return row


def current(**claims):
    """Return claims that make a token of `tests.jose` valid here, from now on for five minutes."""
    now = int(time.time())
    return {"aud": AUDIENCE, "iat": now, "exp": now + 300, "jti": str(uuid4()), **claims}


def trusted(world, key_server):
    """Create a row that trusts the server by discovery, with Alice linked to `alice-outside`, and a policy."""
    row = TrustedIssuer.objects.create(
        name="outside",
        issuer=key_server.issuer,
        audiences=[AUDIENCE],
        allows_private_network=True,
        ca_bundle=key_server.ca_bundle,
        scope_mapping={"*": ["read"]},
    )
    LinkedAccount.objects.create(trusted_issuer=row, subject="alice-outside", user=world.alice)
    world.policy(ways=["same_subject"], subject_token_types=[JWT], lists={"trusted_issuers": [row]})
    return row
