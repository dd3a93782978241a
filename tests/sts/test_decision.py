"""Test the decision: which policy wins, what a deny policy removes, and which error the client receives."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.sts.samples import (
    BACK_API,
    INVOICES,
    NOW,
    asked,
    delegation,
    denial,
    exchange,
    policy,
    token,
)
from token_exchange.sts import decision as decisions
from token_exchange.sts import denial as conditions
from token_exchange.sts import rules
from token_exchange.sts.decision import Permit, Refusal, decide
from token_exchange.sts.errors import InvalidRequest, InvalidScope, InvalidTarget
from token_exchange.sts.policy import People
from token_exchange.sts.reasons import Reason


def refusal(facts, *policies):
    """Return the error of a decision that must be a refusal."""
    decision = decide(facts, policies)
    assert isinstance(decision, Refusal)
    return decision.error


def scopes(facts, *policies):
    """Return the scopes of a decision that must be a permit."""
    decision = decide(facts, policies)
    assert isinstance(decision, Permit)
    return decision.scopes


def test_nothing_is_permitted_without_a_policy():
    """Without a policy every exchange is refused."""
    error = refusal(exchange())
    assert isinstance(error, InvalidRequest)
    assert (error.reason, error.parameter) == (Reason.NOT_PERMITTED_BY_ANY_POLICY, "subject_token")


def test_the_first_policy_that_allows_all_of_it_wins():
    """The first policy that allows the exchange decides, and only its limits apply."""
    facts = exchange(requested_scopes=frozenset({"read"}))
    narrow, wide = policy(key=1, max_lifetime=60), policy(key=2, max_lifetime=600)
    first = decide(facts, [narrow, wide])
    second = decide(facts, [wide, narrow])
    assert (first.policy.key, first.proposal.lifetime) == (1, 60)
    assert (second.policy.key, second.proposal.lifetime) == (2, 600)


def test_policies_are_never_merged():
    """Two policies that each allow half allow nothing together."""
    both = exchange(requested_targets=(asked(BACK_API), asked(INVOICES)))
    assert isinstance(refusal(both, policy(targets=(BACK_API,)), policy(targets=(INVOICES,))), InvalidTarget)
    halves = policy(scopes=frozenset({"read"})), policy(scopes=frozenset({"write"}))
    assert isinstance(refusal(exchange(requested_scopes=frozenset({"read", "write"})), *halves), InvalidScope)


def test_report_only_policies_decide_nothing():
    """A report-only policy neither permits nor denies, and the trace shows its result."""
    assert isinstance(decide(exchange(), [policy(report_only=True)]), Refusal)
    decision = decide(exchange(), [policy(), denial(report_only=True)])
    assert isinstance(decision, Permit)
    assert [(trial.report_only, trial.passed) for trial in decision.trace] == [(True, True), (False, True)]


def test_report_only_policies_do_not_choose_the_error():
    """The error for the client comes from policies that are not report-only."""
    furthest = policy(report_only=True, scopes=frozenset())
    facts = exchange(token(client_id="elsewhere"), requested_scopes=frozenset({"read"}))
    bound = policy(report_only=True, issued_to=frozenset({"elsewhere"}), scopes=frozenset())
    assert isinstance(refusal(facts, policy(), furthest, bound), InvalidRequest)


@pytest.mark.parametrize("order", [1, -1])
def test_deny_wins_wherever_it_stands(order):
    """A deny policy wins over a permit policy, whichever comes first."""
    error = refusal(exchange(), *[policy(), denial()][::order])
    assert isinstance(error, InvalidRequest)
    assert (error.reason, error.parameter) == (Reason.DENIED_BY_POLICY, "subject_token")


def test_a_denied_target_is_an_invalid_target():
    """A deny policy with targets gives the same error as an unknown target."""
    error = refusal(exchange(), policy(), denial(targets=(BACK_API,)))
    assert isinstance(error, InvalidTarget)
    assert error.reason is Reason.DENIED_BY_POLICY
    assert error.description == refusal(exchange(unknown_targets=("nope",)), policy()).description


def test_the_default_target_is_denied_too():
    """If no target is requested, deny policies are compared with the policy's only target."""
    assert isinstance(refusal(exchange(requested_targets=()), policy(), denial(targets=(BACK_API,))), InvalidTarget)


def test_a_denied_scope_is_refused_where_asked_and_left_out_where_not():
    """A deny policy with scopes refuses a request for them, and removes them from a request without scope."""
    write = denial(scopes=frozenset({"write"}))
    assert scopes(exchange(), policy(), write) == {"read"}
    assert scopes(exchange(requested_scopes=frozenset({"read"})), policy(), write) == {"read"}
    error = refusal(exchange(requested_scopes=frozenset({"read", "write"})), policy(), write)
    assert isinstance(error, InvalidScope)
    assert error.reason is Reason.DENIED_BY_POLICY


def test_a_denied_scope_is_refused_even_where_the_policy_narrows():
    """Narrowing removes unavailable scopes, but a denied scope is still refused."""
    facts = exchange(requested_scopes=frozenset({"read", "write"}))
    assert isinstance(refusal(facts, policy(narrows_scope=True), denial(scopes=frozenset({"write"}))), InvalidScope)


def test_several_deny_policies_add_up():
    """Every deny policy that applies removes its scopes, and each of them may refuse."""
    read, write = denial(scopes=frozenset({"read"})), denial(scopes=frozenset({"write"}))
    assert scopes(exchange(), policy(), read, write) == frozenset()
    asking = exchange(requested_scopes=frozenset({"write"}))
    assert isinstance(refusal(asking, policy(), read, write), InvalidScope)


def test_a_deny_policy_that_does_not_apply_takes_nothing():
    """A deny policy for another target, client or actor changes nothing."""
    elsewhere = (
        denial(targets=(INVOICES,)),
        denial(client_id="back"),
        denial(actors=People(clients=frozenset({"agent"}))),
        denial(begins=NOW + 1),
    )
    assert scopes(exchange(), policy(), *elsewhere) == {"read", "write"}


def test_a_denial_is_not_revealed_to_those_who_lack_more_than_a_scope():
    """A deny policy gives the error only if a permit policy allows; otherwise the error names what was missing."""
    facts = exchange(requested_targets=(asked(INVOICES),))
    error = refusal(facts, policy(), denial())
    assert (type(error), error.reason) == (InvalidTarget, Reason.NOT_PERMITTED_BY_ANY_POLICY)


def test_losing_a_scope_does_not_pass_by_a_denial():
    """A policy that lacks only the scope still asks the deny policies, or the next policy could permit the exchange."""
    facts = exchange(token(scopes=frozenset({"read"})), requested_scopes=frozenset({"read", "write"}))
    strict, narrowing = policy(), policy(narrows_scope=True, targets=(BACK_API, INVOICES))
    assert isinstance(decide(facts, [strict, narrowing]), Permit)
    assert isinstance(refusal(facts, strict, narrowing, denial()), InvalidRequest)


@pytest.mark.parametrize(
    ("facts", "error", "parameter"),
    [
        (exchange(token(client_id="elsewhere")), InvalidRequest, "subject_token"),
        (exchange(actor_token=token(None, client_id="front")), InvalidRequest, "actor_token"),
        (exchange(requested_token_type="urn:example:x"), InvalidRequest, "requested_token_type"),
        (exchange(requested_targets=(asked(INVOICES),)), InvalidTarget, "target"),
        (exchange(token(expires=NOW)), InvalidRequest, "subject_token"),
        (exchange(requested_scopes=frozenset({"admin"})), InvalidScope, "scope"),
    ],
)
def test_the_caller_hears_the_step_at_fault(facts, error, parameter):
    """The error code follows from the rule that failed (RFC 8693 §2.2.2)."""
    answer = refusal(facts, policy())
    assert (type(answer), answer.parameter) == (error, parameter)
    assert answer.reason is Reason.NOT_PERMITTED_BY_ANY_POLICY


def test_the_caller_hears_of_the_policy_that_came_furthest():
    """The policy that came closest gives the error, at any position."""
    close, far = policy(scopes=frozenset()), policy(client_id="back")
    facts = exchange(requested_scopes=frozenset({"read"}))
    assert isinstance(refusal(facts, close, far), InvalidScope)
    assert isinstance(refusal(facts, far, close), InvalidScope)


@pytest.mark.parametrize("subject_token", [token(), token(client_id="elsewhere")])
def test_unknown_and_forbidden_targets_are_answered_alike(subject_token):
    """The error is the same for unknown and forbidden targets; only the record distinguishes them."""
    unknown = exchange(subject_token, requested_targets=(), unknown_targets=("nope",))
    forbidden = exchange(subject_token, requested_targets=(asked(INVOICES),))
    first, second = refusal(unknown, policy()), refusal(forbidden, policy())
    assert (first.error, first.description) == (second.error, second.description)


def test_the_record_knows_an_unknown_target():
    """The reason in the record distinguishes an unknown target from a forbidden one."""
    assert refusal(exchange(unknown_targets=("nope",)), policy()).reason is Reason.TARGET_UNKNOWN


def raises(*facts):
    """Raise an error, as a rule with a bug does."""
    raise ZeroDivisionError


def says_nothing(*facts):
    """Return None, as a rule without a return statement does."""


def says_neither(*facts):
    """Return a false value that is not False."""
    return None, "asked", "allowed"


def says_perhaps(*facts):
    """Return a true value that is not True."""
    return "perhaps", "asked", "allowed"


BROKEN = (raises, says_nothing, says_neither, says_perhaps)


@pytest.mark.parametrize("broken", BROKEN)
@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.name)
def test_a_broken_rule_is_a_refusal(monkeypatch, rule, broken):
    """A rule that raises, or returns neither True nor False, has not passed."""
    changed = [replace(one, check=broken) if one is rule else one for one in rules.RULES]
    monkeypatch.setattr(rules, "RULES", tuple(changed))
    assert isinstance(decide(exchange(), [policy()]), Refusal)


@pytest.mark.parametrize("broken", BROKEN)
@pytest.mark.parametrize("condition", conditions.CONDITIONS)
def test_a_broken_condition_denies(monkeypatch, condition, broken):
    """A deny policy denies if one of its conditions raises or returns neither True nor False."""
    monkeypatch.setitem(conditions.CONDITIONS, condition, broken)
    assert refusal(exchange(), policy(), denial()).reason is Reason.DENIED_BY_POLICY


def test_a_broken_proposal_is_a_refusal(monkeypatch):
    """If computing the new token fails, the exchange is refused and the trace names the error."""

    def broken(facts, rules):
        raise OverflowError

    monkeypatch.setattr(decisions, "propose", broken)
    decision = decide(exchange(), [policy(), delegation()])
    assert isinstance(decision, Refusal)
    findings = [finding for trial in decision.trace for finding in trial.findings]
    assert {(finding.rule, finding.passed, finding.asked) for finding in findings} == {
        ("proposal", False, "OverflowError")
    }


def test_the_trace_holds_every_policy_that_was_asked():
    """The trace holds the deny policies, then the permit policies up to the one that allows, with all findings."""
    first, second, third = policy(key=1, targets=(INVOICES,)), policy(key=2), policy(key=3)
    decision = decide(exchange(), [first, second, third, denial(key=4, client_id="back")])
    assert [(trial.key, trial.passed) for trial in decision.trace] == [(4, False), (1, False), (2, True)]
    finding = next(finding for finding in decision.trace[1].findings if finding.rule == "target")
    assert (finding.passed, finding.asked, finding.allowed) == (False, ["back-api"], {"invoices"})


def test_the_trace_of_a_refusal_holds_every_policy():
    """The trace of a refusal holds every policy."""
    decision = decide(exchange(token(client_id="elsewhere")), [policy(key=1), policy(key=2), denial(key=3)])
    assert [(trial.key, trial.passed) for trial in decision.trace] == [(3, True), (1, False), (2, False)]
