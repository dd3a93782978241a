"""INV-9, D57: of fifty simultaneous replays in two processes, exactly one is accepted."""

from __future__ import annotations

from itertools import cycle, islice

import pytest

from tests.jose.issuer import Issuer
from tests.jose.twins import twin_of
from tests.worlds.external_issuer import current, trusting
from token_exchange.models import ExchangedToken, ExchangeRecord, UsedToken
from token_exchange.sts.vocabulary import JWT

pytestmark = [pytest.mark.postgres, pytest.mark.scenario("D57")]


@pytest.fixture
def signer(site):
    """Return an issuer of single-use tokens."""
    issuer = Issuer("ES256")
    trusting(site, issuer, single_use=True)
    return issuer


@pytest.fixture
def fifty(worker):
    """Return a function that presents these tokens in turn, fifty times at once, in two processes."""

    def trade(*tokens):
        texts = list(islice(cycle(tokens), 50))
        workers = [worker("replay", tokens=half, subject_token_type=JWT) for half in (texts[:25], texts[25:])]
        for process in workers:
            process.go()
        return [answer for process in workers for answer in process.result()]

    return trade


def assert_exactly_one_counted(answers):
    """Check that one token was issued, and that the other requests were refused as replays and recorded."""
    assert sorted(answer["status"] for answer in answers) == [200] + [400] * 49
    assert {answer["error"] for answer in answers if answer["status"] == 400} == {"invalid_request"}
    assert (ExchangedToken.objects.count(), UsedToken.objects.count()) == (1, 1)
    refusals = ExchangeRecord.objects.filter(outcome="refused").values_list("reason", flat=True)
    assert list(refusals) == ["token_replayed"] * 49


@pytest.mark.parametrize("turn", range(3))
def test_fifty_replays_of_one_token(signer, fifty, turn):
    """The same token is presented fifty times at once."""
    token = signer.token(**current())
    assert_exactly_one_counted(fifty(token))


def test_fifty_replays_of_a_token_and_its_twin(signer, fifty):
    """D55: a token and its second valid ECDSA signature are presented at once."""
    token = signer.token(**current())
    assert_exactly_one_counted(fifty(token, twin_of(token)))


def test_two_tokens_count_once_each(signer, fifty):
    """Two different tokens, presented many times at once, are accepted once each."""
    answers = fifty(signer.token(**current()), signer.token(**current()))
    assert sorted(answer["status"] for answer in answers) == [200] * 2 + [400] * 48
