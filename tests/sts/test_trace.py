"""Test the trace as it is stored in records."""

from __future__ import annotations

import json

import pytest

from tests.sts.samples import ALICE, BOB, EXTERNAL, INVOICES, NOW, delegation, denial, exchange, policy, token
from token_exchange.sts.conditions import Condition, Operator
from token_exchange.sts.decision import decide
from token_exchange.sts.parties import client_party, user_party
from token_exchange.sts.policy import Effect, People
from token_exchange.sts.trace import Finding, Trial, as_plain
from token_exchange.sts.vocabulary import ACCESS_TOKEN


def test_a_trial_passes_if_every_finding_does():
    """A trial fails if one finding failed."""
    passed, failed = Finding("a", True), Finding("b", False)
    assert Trial(1, "p", Effect.PERMIT, False, (passed, passed)).passed
    assert not Trial(1, "p", Effect.PERMIT, False, (passed, failed, passed)).passed


def test_the_plain_form_is_the_whole_trace():
    """The stored trace contains policy, effect, result and all findings, with sets as sorted lists."""
    findings = (Finding("target", False, ["b"], frozenset({"z", "a"})), Finding("period", True, 5, (None, 7)))
    assert as_plain((Trial(3, "name", Effect.DENY, True, findings),)) == [
        {
            "policy": 3,
            "name": "name",
            "effect": "deny",
            "report_only": True,
            "passed": False,
            "rules": [
                {"rule": "target", "passed": False, "asked": ["b"], "allowed": ["a", "z"]},
                {"rule": "period", "passed": True, "asked": 5, "allowed": [None, 7]},
            ],
        }
    ]


SALES = Condition(claim="team", operator=Operator.EQUALS, values=("sales",))

RICH = exchange(
    token(chain=(client_party("agent"),), may_act=user_party(BOB.key), claims={"team": "support"}),
    token(BOB, client_id="front"),
    unknown_targets=("nope",),
    requested_scopes=frozenset({"write", "read"}),
)
"""An exchange in which every rule has something to show."""


def test_each_rule_shows_what_was_asked_and_what_was_allowed():
    """The trace shows for each rule what was asked and what was allowed."""
    trial = decide(RICH, [delegation(conditions=(SALES,), begins=NOW - 5)]).trace[0]
    assert {finding.rule: (finding.asked, finding.allowed) for finding in trial.findings} == {
        "client": ("front", "front"),
        "period": (NOW, (NOW - 5, None)),
        "subject_token_type": (ACCESS_TOKEN, {ACCESS_TOKEN}),
        "issuer": (None, frozenset()),
        "claims": (["team"], ["team"]),
        "caller_binding": ("spa", {"front", "spa"}),
        "subject": (ALICE.key, "any_user"),
        "way": ("delegation", {"delegation"}),
        "actor_binding": ("front", "front"),
        "actor": (BOB.key, {BOB.key, "client:front"}),
        "permission": (None, None),
        "may_act": (BOB.key, BOB.key),
        "chain": ([BOB.key, "client:agent"], 1),
        "lineage": (0, 8),
        "issued_token_type": (ACCESS_TOKEN, (ACCESS_TOKEN,)),
        "target": (["back-api", "nope"], {"back-api"}),
        "lifetime": (300, 300),
        "scope": ({"read", "write"}, {"read", "write"}),
    }


def test_each_condition_shows_what_was_asked_and_what_is_denied():
    """The trace shows for each condition of a deny policy what was asked and what is denied."""
    people = People(users=frozenset({"9"}), groups=frozenset({6}), clients=frozenset({"agent"}))
    named = denial(client_id="back", ends=NOW, targets=(INVOICES,), actors=people, scopes=frozenset({"admin"}))
    trial = decide(RICH, [named]).trace[0]
    assert {finding.rule: (finding.asked, finding.allowed) for finding in trial.findings} == {
        "client": ("front", "back"),
        "period": (NOW, (None, NOW)),
        "subject": (ALICE.key, "anyone"),
        "actor": (BOB.key, {"9", "group:6", "client:agent"}),
        "target": (["back-api"], {"invoices"}),
        "scope": ({"read", "write"}, {"admin"}),
    }


@pytest.mark.parametrize("facts", [exchange(), exchange(token(issuer=EXTERNAL)), RICH])
def test_every_finding_of_a_decision_can_be_kept_as_json(facts):
    """Every finding is the same after it was stored as JSON and read again."""
    trace = as_plain(decide(facts, [policy(), delegation(conditions=(SALES,)), denial(client_id="back")]).trace)
    assert json.loads(json.dumps(trace)) == trace
