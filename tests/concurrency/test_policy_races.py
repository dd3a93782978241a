"""M07, TXS-018: every answer follows the old rules or the new ones, never a mix of both."""

from __future__ import annotations

import pytest

from token_exchange.models import ExchangedToken, ExchangePolicy

pytestmark = pytest.mark.postgres


@pytest.fixture
def either(site):
    """Create two policies, of which one is enabled at any time, with different target, scope and lifetime."""
    site.policy(name="back", scopes=["read"], max_lifetime=300)
    site.policy(name="invoices", scopes=["invoices:read"], targets=[site.other_target], max_lifetime=60, enabled=False)
    return ["back", "invoices"]


def test_every_token_is_one_of_exactly_one_rule_book(site, worker, either):
    """While policies are switched during many exchanges, each token follows one policy."""
    token = site.login_token(scope="read invoices:read")
    exchanging = [worker("exchange", token=token, seconds=3.0) for _process in range(2)]
    switching = worker("switch", names=either, seconds=3.0)
    for process in (*exchanging, switching):
        process.go()
    answers = [answer for process in exchanging for answer in process.result()]
    assert switching.result() >= 4
    granted = [answer for answer in answers if answer["status"] == 200]
    assert {(answer["scope"], answer["expires_in"]) for answer in granted} == {("read", 300), ("invoices:read", 60)}
    assert {answer["status"] for answer in answers} <= {200, 503}
    audiences = {(token.policy.name, *token.audience) for token in ExchangedToken.objects.select_related("policy")}
    assert audiences == {("back", "back-api"), ("invoices", "invoices-api")}


def test_a_policy_disabled_meanwhile_leaves_no_token_that_works(site, worker):
    """After a policy is disabled its tokens are inactive, and none is issued."""
    site.policy(name="back")
    token = site.login_token()
    exchanging = [worker("exchange", token=token, seconds=3.0) for _process in range(2)]
    for process in exchanging:
        process.go()
    ExchangePolicy.objects.filter(name="back").update(enabled=False)
    answers = [answer for process in exchanging for answer in process.result()]
    assert answers[-1]["status"] == 400
    for answer in answers:
        if answer["status"] == 200:
            assert site.introspect(answer["access_token"]) == {"active": False}
