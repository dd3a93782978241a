"""Provide a server with opaque tokens, the row that trusts it by introspection, and one token."""

from __future__ import annotations

import time

from tests.worlds.key_server import AUDIENCE
from token_exchange.models import LinkedAccount, TrustedIssuer
from token_exchange.sts.vocabulary import ACCESS_TOKEN

OLD = "an-opaque-token-of-the-old-server"


def trusted(world, key_server, settings):
    """Trust the server by introspection; return it with a token of Alice's that it answers for."""
    settings.TOKEN_EXCHANGE = {
        "CREDENTIALS": {"old": {"client_id": "us", "client_secret": "s:cret", "url": key_server.issuer}}
    }
    row = TrustedIssuer.objects.create(
        name="old server",
        issuer=key_server.issuer,
        audiences=[AUDIENCE, "old-client"],
        token_types=[ACCESS_TOKEN],
        verification="introspection",
        introspection_url=f"{key_server.issuer}/introspect",
        credentials="old",
        allows_private_network=True,
        ca_bundle=key_server.ca_bundle,
        subject_claim="username",
        scope_mapping={"orders": ["read"]},
    )
    LinkedAccount.objects.create(trusted_issuer=row, subject="alice-there", user=world.alice)
    world.policy(ways=["same_subject"], lists={"trusted_issuers": [row]})
    key_server.introspected[OLD] = answer_of_the_old_server()
    return key_server


def answer_of_the_old_server(**changes):
    """Return its answer about an active token; a member given as None is left out."""
    members = {
        "active": True,
        "username": "alice-there",
        "client_id": "old-client",
        "scope": "orders profile",
        "exp": int(time.time()) + 600,
        **changes,
    }
    return {name: value for name, value in members.items() if value is not None}
