"""C22: of fifty simultaneous exchanges of one ticket in two processes, exactly one is granted."""

from __future__ import annotations

import pytest

from tests.worlds.support_team import SupportTeam
from token_exchange.impersonation import tickets
from token_exchange.models import ExchangedToken, ExchangeRecord, ImpersonationTicket
from token_exchange.sts.vocabulary import IMPERSONATION_TICKET

pytestmark = [pytest.mark.postgres, pytest.mark.scenario("C22")]


@pytest.fixture
def support(site):
    return SupportTeam(site)


@pytest.mark.parametrize("turn", range(3))
def test_fifty_uses_of_one_ticket(support, worker, turn):
    """One token is issued, and 49 requests are refused as replays and recorded."""
    ticket = support.ticket()
    request = {"client": "desk", "subject_token_type": IMPERSONATION_TICKET}
    workers = [worker("replay", tokens=[ticket] * 25, **request) for _process in range(2)]
    for process in workers:
        process.go()
    answers = [answer for process in workers for answer in process.result()]
    assert sorted(answer["status"] for answer in answers) == [200] + [400] * 49
    assert ExchangedToken.objects.count() == 1
    refusals = ExchangeRecord.objects.filter(outcome="refused").values_list("reason", flat=True)
    assert list(refusals) == ["token_replayed"] * 49


def test_a_ticket_withdrawn_meanwhile(support, worker):
    """A ticket that is exchanged and withdrawn at once leaves no active token."""
    asked = support.ask()
    ticket = support.collect(asked)
    using = worker("replay", tokens=[ticket] * 10, client="desk", subject_token_type=IMPERSONATION_TICKET)
    using.go()
    tickets.withdraw(asked)
    issued = [answer["access_token"] for answer in using.result() if answer["status"] == 200]
    assert len(issued) <= 1
    assert not any(support.told(token)["active"] for token in issued)
    assert ImpersonationTicket.objects.get().revoked is not None
