"""Test each rule about the new token alone: what passes and what fails."""

from __future__ import annotations

import pytest

from tests.sts.samples import (
    BACK_API,
    INVOICES,
    NOW,
    answer,
    asked,
    exchange,
    policy,
    token,
)
from token_exchange.sts import result_rules
from token_exchange.sts.vocabulary import JWT


@pytest.mark.parametrize(("generation", "passes"), [(0, True), (7, True), (8, False), (9, False)])
def test_lineage_has_a_last_generation(generation, passes):
    """A lineage has at most eight generations."""
    assert answer(result_rules.lineage, exchange(token(generation=generation)), policy()) is passes


def test_issued_token_type_is_listed():
    """The policy must list the requested type, or its own first type if none is requested."""
    assert answer(result_rules.issued_token_type, exchange(), policy())
    assert not answer(result_rules.issued_token_type, exchange(requested_token_type=JWT), policy())
    assert not answer(result_rules.issued_token_type, exchange(), policy(issued_token_types=()))


def test_target_is_the_policys_own():
    """The policy must list every requested target; without a target the rule fails."""
    both = (asked(BACK_API), asked(INVOICES))
    assert answer(result_rules.target, exchange(requested_targets=both), policy(targets=(INVOICES, BACK_API)))
    assert answer(result_rules.target, exchange(requested_targets=()), policy())
    assert not answer(result_rules.target, exchange(requested_targets=both), policy())
    assert not answer(result_rules.target, exchange(), policy(targets=()))
    assert not answer(result_rules.target, exchange(requested_targets=()), policy(targets=(INVOICES, BACK_API)))
    assert not answer(result_rules.target, exchange(requested_targets=()), policy(targets=()))


def test_target_unknown_is_not_made_up_for_by_a_known_one():
    """One unknown name is refused, among known ones or alone."""
    assert not answer(result_rules.target, exchange(unknown_targets=("nope",)), policy())
    alone = exchange(requested_targets=(), unknown_targets=("nope",))
    assert not answer(result_rules.target, alone, policy())


@pytest.mark.parametrize(("left", "passes"), [(1.0, True), (0.999, False), (0.0, False), (-5.0, False)])
def test_lifetime_is_at_least_a_second(left, passes):
    """A token with less than one second of lifetime is refused."""
    assert answer(result_rules.lifetime, exchange(token(expires=NOW + left)), policy()) is passes


@pytest.mark.parametrize(
    ("requested", "narrows", "passes"),
    [
        (None, False, True),
        ({"read"}, False, True),
        ({"read", "write"}, False, True),
        ({"read", "admin"}, False, False),
        ({"read", "admin"}, True, True),
        ({"admin"}, True, False),
        ({"Read"}, False, False),
        ({"rea"}, False, False),
    ],
)
def test_scope_is_available_or_narrowed(requested, narrows, passes):
    """All requested scopes are granted, or some if the policy narrows; none is a refusal."""
    facts = exchange(requested_scopes=frozenset(requested) if requested else None)
    assert answer(result_rules.scope, facts, policy(narrows_scope=narrows)) is passes
