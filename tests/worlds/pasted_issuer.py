"""Provide an external issuer with a pasted public key, so that no server is asked and only the claims matter."""

from __future__ import annotations

import time

from tests.jose.issuer import Issuer, jwk_set
from tests.worlds.key_server import AUDIENCE
from token_exchange.models import LinkedAccount, TrustedIssuer
from token_exchange.sts.vocabulary import JWT

ISSUER = "https://issuer.example"


class PastedIssuer:
    """Signs with ECDSA; Alice is linked to its subject `alice`, and `front` may exchange its tokens."""

    def __init__(self, world, **fields):
        self.signer = Issuer("ES256")
        self.row = TrustedIssuer.objects.create(
            **{
                "name": "outside",
                "issuer": ISSUER,
                "audiences": [AUDIENCE],
                "verification": "pasted",
                "algorithms": ["ES256"],
                "pasted_keys": jwk_set(self.signer.jwk()).decode(),
                "scope_mapping": {"*": ["read"]},
                **fields,
            }
        )
        LinkedAccount.objects.create(trusted_issuer=self.row, subject="alice", user=world.alice)
        self.world = world

    def policy(self, **fields):
        """Create the policy that accepts its tokens."""
        lists = {"trusted_issuers": [self.row], **fields.pop("lists", {})}
        return self.world.policy(**{"ways": ["same_subject"], "subject_token_types": [JWT], "lists": lists, **fields})

    def token(self, **claims):
        """Return a token of Alice; a claim given as `...` is left out."""
        now = int(time.time())
        return self.signer.token(**{"aud": AUDIENCE, "iat": now, "exp": now + 300, **claims})
