"""D55: a token under another of its valid signatures is the same token, to records, lineage and single use alike."""

from __future__ import annotations

import time

import pytest

from tests.jose.issuer import Issuer, jwk_set
from tests.jose.twins import twin_of
from tests.key_server import AUDIENCE
from token_exchange.models import ExchangedToken, ExchangeRecord, LinkedAccount, TrustedIssuer
from token_exchange.sts.vocabulary import JWT

pytestmark = pytest.mark.scenario("D55")


@pytest.fixture
def issuer(world):
    """An issuer that signs with ECDSA, trusted by its pasted key; Alice is linked to its subject `alice`."""
    signer = Issuer("ES256")
    row = TrustedIssuer.objects.create(
        name="curves",
        issuer="https://issuer.example",
        audiences=[AUDIENCE],
        key_source="pasted",
        algorithms=["ES256"],
        pasted_keys=jwk_set(signer.jwk()).decode(),
        scopes={"*": ["read"]},
    )
    LinkedAccount.objects.create(trusted_issuer=row, subject="alice", user=world.alice)
    world.policy(ways=["same_subject"], subject_token_types=[JWT], lists={"trusted_issuers": [row]})
    return signer


@pytest.fixture
def token(issuer):
    """A token of Alice's."""
    now = int(time.time())
    return issuer.token(aud=AUDIENCE, iat=now, exp=now + 300, jti="once")


def test_a_twin_has_the_same_fingerprint(world, token):
    """Whoever follows what came from a token finds what came from its twin, in the records and beside the tokens."""
    for text in (token, twin_of(token)):
        assert world.exchange(text, subject_token_type=JWT).status_code == 200
    told = ExchangeRecord.objects.filter(outcome="granted").values_list("subject_fingerprint", flat=True)
    roots = ExchangedToken.objects.values_list("root", flat=True)
    assert len(told) == len(roots) == 2
    assert len({*told, *roots}) == 1


def test_a_twin_has_been_used(world, token):
    """Where a token counts once, its twin does not count."""
    TrustedIssuer.objects.update(single_use=True)
    assert world.exchange(token, subject_token_type=JWT).status_code == 200
    before = world.counts()
    answer = world.exchange(twin_of(token), subject_token_type=JWT)
    world.assert_refusal(answer, before, error="invalid_request", reason="token_replayed")
