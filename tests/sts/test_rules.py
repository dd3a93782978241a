"""Test that the sample exchange passes every rule: each other test changes one thing about it."""

from __future__ import annotations

from tests.sts.samples import (
    exchange,
    policy,
)
from token_exchange.sts import rules
from token_exchange.sts.decision import Permit, decide


def test_the_sample_passes_every_rule():
    """The sample exchange is permitted by the sample policy."""
    decision = decide(exchange(), [policy()])
    assert isinstance(decision, Permit)
    assert [finding.rule for finding in decision.trace[0].findings] == [rule.name for rule in rules.RULES]
