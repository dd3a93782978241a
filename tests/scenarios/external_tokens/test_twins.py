"""D55: a token with another of its valid signatures is the same token in records, lineage and single use."""

from __future__ import annotations

import pytest

from tests.jose.twins import twin_of
from tests.worlds.pasted_issuer import PastedIssuer
from token_exchange.models import ExchangedToken, ExchangeRecord, TrustedIssuer
from token_exchange.sts.vocabulary import JWT

pytestmark = pytest.mark.scenario("D55")


@pytest.fixture
def token(world):
    """Return a token of Alice with an ECDSA signature."""
    issuer = PastedIssuer(world)
    issuer.policy()
    return issuer.token(jti="once")


def test_a_twin_has_the_same_fingerprint(world, token):
    """Both spellings have one fingerprint, in the records and in the parents of issued tokens."""
    for text in (token, twin_of(token)):
        assert world.exchange(text, subject_token_type=JWT).status_code == 200
    told = ExchangeRecord.objects.filter(outcome="granted").values_list("subject_fingerprint", flat=True)
    roots = ExchangedToken.objects.values_list("root", flat=True)
    assert len(told) == len(roots) == 2
    assert len({*told, *roots}) == 1


def test_a_twin_has_been_used(world, token):
    """If a single-use token was used, its second spelling is refused."""
    TrustedIssuer.objects.update(single_use=True)
    assert world.exchange(token, subject_token_type=JWT).status_code == 200
    before = world.counts()
    answer = world.exchange(twin_of(token), subject_token_type=JWT)
    world.assert_refusal(answer, before, error="invalid_request", reason="token_replayed")
