"""Decisions keep the limits of all inputs, never gain by a loss, and refuse on an error."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from unittest.mock import patch

import pytest
from hypothesis import find, given
from hypothesis import strategies as st

from tests.properties import strategies
from tests.sts.samples import exchange, token
from token_exchange.sts import decision as decisions
from token_exchange.sts import denial, rules
from token_exchange.sts.decision import Permit, Refusal, decide
from token_exchange.sts.exchange import Exchange
from token_exchange.sts.period import Period
from token_exchange.sts.policy import Effect, Policy, Way
from token_exchange.sts.trace import as_plain
from token_exchange.sts.verification import VerifiedToken

facts_of_exchanges, rule_books = strategies.exchanges, strategies.rule_books
permits, denials = strategies.permits, strategies.denials
lost_scopes = requested_scopes = strategies.some(strategies.SCOPES).filter(bool)
broken_rules = st.sampled_from(rules.RULES)
broken_conditions = st.sampled_from(list(denial.CONDITIONS))
wild_moments = st.floats(allow_nan=True, allow_infinity=True)


def outcome(decision):
    """Return a decision as comparable values; an exception equals only itself."""
    if isinstance(decision, Permit):
        return decision
    error = decision.error
    return type(error), error.reason, error.parameter, decision.trace


@pytest.mark.parametrize("way", list(Way))
def test_the_strategies_reach_a_permit_of_every_way(way):
    """The generated policies include permits of every way."""
    situations = st.tuples(facts_of_exchanges, rule_books)

    def is_permit(situation):
        decision = decide(*situation)
        return isinstance(decision, Permit) and decision.proposal.way is way

    assert find(situations, is_permit)


@given(facts_of_exchanges, rule_books)
def test_a_permit_never_exceeds_any_input(facts, policies):
    """INV-11: scope, target, type and way of a permit are within request, subject, actor, client, policy and target."""
    decision = decide(facts, policies)
    if isinstance(decision, Refusal):
        return
    rule, proposal = decision.policy, decision.proposal
    assert rule in policies
    assert (rule.effect, rule.report_only) == (Effect.PERMIT, False)
    assert rule.client_id == facts.client.client_id
    for limit in (
        facts.requested_scopes or strategies.ALL_SCOPES,
        facts.subject_token.scopes,
        facts.client_scopes,
        rule.scopes,
        *(requested.target.scopes for requested in proposal.targets),
        *([facts.actor_token.scopes] if facts.actor_token and rule.limited_to_actor_scopes else []),
    ):
        assert decision.scopes <= limit
    assert proposal.targets
    assert facts.unknown_targets == ()
    assert facts.requested_targets in ((), proposal.targets)
    assert {requested.target for requested in proposal.targets} <= set(rule.targets)
    assert all(set(requested.resources) <= set(requested.target.resources) for requested in proposal.targets)
    assert proposal.token_type in rule.issued_token_types
    assert facts.requested_token_type in (None, proposal.token_type)
    assert proposal.way in rule.ways


@given(facts_of_exchanges, rule_books)
def test_a_permit_never_outlives_any_input(facts, policies):
    """INV-11: the lifetime is at least a second, and within subject, actor, policy, its end, and every target."""
    decision = decide(facts, policies)
    if isinstance(decision, Refusal):
        return
    lifetime, rule = decision.proposal.lifetime, decision.policy
    assert 1 <= lifetime <= rule.max_lifetime
    for end in (facts.subject_token.expires, facts.actor_token and facts.actor_token.expires, rule.period.ends):
        assert end is None or facts.now + lifetime <= end
    for requested in decision.proposal.targets:
        assert requested.target.max_lifetime is None or lifetime <= requested.target.max_lifetime


@given(facts_of_exchanges, rule_books, lost_scopes)
def test_losing_a_scope_never_turns_a_refusal_into_a_permit(facts, policies, lost):
    """An exchange that was refused is still refused with fewer scopes."""
    if isinstance(decide(facts, policies), Refusal):
        assert isinstance(decide(*strategies.poorer(facts, policies, lost)), Refusal)


@given(st.lists(permits, min_size=2, max_size=3), denials, requested_scopes, lost_scopes)
def test_losing_a_scope_never_leads_around_a_denial(policies, forbidding, requested, lost):
    """Fewer scopes do not avoid a deny policy, also if another policy narrows."""
    facts = exchange(token(scopes=strategies.ALL_SCOPES), requested_scopes=requested)
    rules_written = [*policies, forbidding]
    if isinstance(decide(facts, rules_written), Refusal):
        assert isinstance(decide(*strategies.poorer(facts, rules_written, lost)), Refusal)


@given(facts_of_exchanges, rule_books, denials, st.integers(0, 4))
def test_a_further_denial_never_enlarges_anything(facts, policies, forbidding, place):
    """M22: with one more deny policy a refusal stays, and a permit is refused or has at most the same scopes."""
    before = decide(facts, policies)
    after = decide(facts, [*policies[:place], forbidding, *policies[place:]])
    if isinstance(before, Refusal) or isinstance(after, Refusal):
        assert isinstance(after, Refusal)
        return
    assert (after.policy, after.proposal) == (before.policy, before.proposal)
    assert after.scopes <= before.scopes


@given(facts_of_exchanges, rule_books)
def test_denied_scopes_are_never_granted(facts, policies):
    """No permit has a scope of an applying deny policy."""
    decision = decide(facts, policies)
    if isinstance(decision, Permit):
        trials = zip([rule for rule in policies if rule.effect is Effect.DENY], decision.trace, strict=False)
        for rule, trial in trials:
            if trial.passed and not rule.report_only:
                assert rule.scopes
                assert rule.scopes.isdisjoint(decision.scopes)


@given(facts_of_exchanges, rule_books)
def test_report_only_policies_change_nothing(facts, policies):
    """A report-only policy is in the trace and does not change the decision."""
    seriously = [rule for rule in policies if not rule.report_only]
    with_trials, without = outcome(decide(facts, policies)), outcome(decide(facts, seriously))
    if isinstance(without, Permit):
        assert replace(with_trials, trace=()) == replace(without, trace=())
    else:
        assert with_trials[:3] == without[:3]


@given(facts_of_exchanges, rule_books)
def test_the_decision_is_total_and_pure(facts, policies):
    """The same facts and policies give the same decision and are not changed by it."""
    before = list(policies)
    first, second = decide(facts, policies), decide(replace(facts), tuple(policies))
    assert outcome(first) == outcome(second)
    assert policies == before


@given(facts_of_exchanges, permits, wild_moments, wild_moments, st.none() | wild_moments)
def test_no_moment_makes_the_decision_raise(facts, rule, now, expires, ends):
    """A time that is not a number, or too large, leads to a refusal at worst."""
    facts = replace(facts, now=now, subject_token=replace(facts.subject_token, expires=expires))
    decision = decide(facts, [replace(rule, period=Period(ends=ends))])
    if isinstance(decision, Permit):
        assert now + 1 <= expires


@given(facts_of_exchanges, rule_books)
def test_every_trace_can_be_kept(facts, policies):
    """Every trace is plain JSON, lists every policy that was asked, and holds no field of a token but its type."""
    decision = decide(facts, policies)
    plain = as_plain(decision.trace)
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain
    asked = {(rule.key, rule.name) for rule in policies}
    assert {(trial.key, trial.name) for trial in decision.trace} <= asked
    if isinstance(decision, Refusal) and decision.error.reason != "denied_by_policy":
        assert len(decision.trace) == len(policies)
    assert facts.subject_token.fingerprint not in json.dumps(plain)


def raising(*facts):
    """Raise an exception, as a rule with a bug would."""
    raise RuntimeError


@given(facts_of_exchanges, rule_books, broken_rules)
def test_an_error_in_any_rule_is_a_refusal(facts, policies, broken):
    """INV-14: with one broken rule no exchange is permitted."""
    changed = tuple(replace(rule, check=raising) if rule is broken else rule for rule in rules.RULES)
    with patch.object(rules, "RULES", changed):
        assert isinstance(decide(facts, policies), Refusal)


@given(facts_of_exchanges, rule_books, broken_conditions)
def test_an_error_in_a_condition_denies(facts, policies, broken):
    """INV-14: a broken condition of a deny policy counts as met."""
    with patch.object(denial, "CONDITIONS", _conditions_with(broken, raising)):
        doubtful = decide(facts, policies)
    with patch.object(denial, "CONDITIONS", _conditions_with(broken, lambda *facts: (True, None, None))):
        certain = decide(facts, policies)
    assert (
        outcome(doubtful)[:3] == outcome(certain)[:3]
        if isinstance(doubtful, Refusal)
        else (doubtful.scopes == certain.scopes)
    )


@given(facts_of_exchanges, rule_books)
def test_an_error_in_the_proposal_is_a_refusal(facts, policies):
    """INV-14: if the new token cannot be computed, the exchange is refused."""
    with patch.object(decisions, "propose", raising):
        assert isinstance(decide(facts, policies), Refusal)


def test_every_fact_is_varied():
    """Every field of policies, tokens and exchanges is varied by the strategies."""
    changed = {
        Policy: {*strategies.PERMIT_FIELDS, "name", "effect", "revoked_with_parents", "may_act"},
        VerifiedToken: {*strategies.TOKEN_FIELDS, "fingerprint", "root", "token_id", "authentication"},
        Exchange: {*strategies.EXCHANGE_FIELDS, "now", "subject_token", "subject", "actor"},
    }
    for kind, names in changed.items():
        assert {field.name for field in fields(kind)} - names == set()


def _conditions_with(broken, instead):
    return {**denial.CONDITIONS, broken: instead}
