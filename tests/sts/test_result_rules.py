"""Every rule about the new token alone: what it lets pass and what it stops."""

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
    """A family has at most eight generations."""
    assert answer(result_rules.lineage, exchange(token(generation=generation)), policy()) is passes


def test_issued_token_type_is_listed():
    """What was asked, or else the policy's first type, must be issued by the policy."""
    assert answer(result_rules.issued_token_type, exchange(), policy())
    assert not answer(result_rules.issued_token_type, exchange(requested_token_type=JWT), policy())
    assert not answer(result_rules.issued_token_type, exchange(), policy(issued_token_types=()))


def test_target_is_the_policys_own():
    """Every target asked must be one of the policy's; none asked and none certain is none allowed."""
    both = (asked(BACK_API), asked(INVOICES))
    assert answer(result_rules.target, exchange(requested_targets=both), policy(targets=(INVOICES, BACK_API)))
    assert answer(result_rules.target, exchange(requested_targets=()), policy())
    assert not answer(result_rules.target, exchange(requested_targets=both), policy())
    assert not answer(result_rules.target, exchange(), policy(targets=()))
    assert not answer(result_rules.target, exchange(requested_targets=()), policy(targets=(INVOICES, BACK_API)))
    assert not answer(result_rules.target, exchange(requested_targets=()), policy(targets=()))


def test_target_unknown_is_not_made_up_for_by_a_known_one():
    """I07: one unknown name among known ones, or alone beside the policy's only target, is refused."""
    assert not answer(result_rules.target, exchange(unknown_targets=("nope",)), policy())
    alone = exchange(requested_targets=(), unknown_targets=("nope",))
    assert not answer(result_rules.target, alone, policy())


@pytest.mark.parametrize(("left", "passes"), [(1.0, True), (0.999, False), (0.0, False), (-5.0, False)])
def test_lifetime_is_at_least_a_second(left, passes):
    """J07: what would live less than a second is not issued."""
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
    """What is asked is granted whole, or in part where the policy narrows; nothing left is a refusal."""
    facts = exchange(requested_scopes=frozenset(requested) if requested else None)
    assert answer(result_rules.scope, facts, policy(narrows_scope=narrows)) is passes
