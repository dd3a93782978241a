"""Trace a decision: for each policy and each rule, if it passed, what was asked and what was allowed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from token_exchange.sts.policy import Effect


class RuleName(StrEnum):
    """Name the rules; the names never change, because records contain them."""

    CLIENT = "client"
    PERIOD = "period"
    SUBJECT_TOKEN_TYPE = "subject_token_type"
    ISSUER = "issuer"
    CLAIMS = "claims"
    CALLER_BINDING = "caller_binding"
    SUBJECT = "subject"
    WAY = "way"
    ACTOR_BINDING = "actor_binding"
    ACTOR = "actor"
    PERMISSION = "permission"
    MAY_ACT = "may_act"
    CHAIN = "chain"
    LINEAGE = "lineage"
    ISSUED_TOKEN_TYPE = "issued_token_type"
    TARGET = "target"
    LIFETIME = "lifetime"
    SCOPE = "scope"
    PROPOSAL = "proposal"
    """Not a rule: computing the token that the policy would issue failed with an error."""


Answer = tuple[bool, object, object]
"""The answer of one rule: True if it passed, what was asked, what was allowed."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Hold the answer of one rule with its name."""

    rule: RuleName
    passed: bool
    asked: object = None
    allowed: object = None


@dataclass(frozen=True, slots=True)
class Trial:
    """Hold the findings of one policy: a permit policy allows if all passed, a deny policy applies if all passed."""

    key: int
    name: str
    effect: Effect
    report_only: bool
    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        """Return True if every finding passed."""
        return False not in self.results()

    def results(self) -> list[bool]:
        """Return for each finding, in order, whether it passed."""
        return [finding.passed for finding in self.findings]


Trace = tuple[Trial, ...]

T = TypeVar("T")


def closest(trials: Iterable[T], results: Callable[[T], list[bool]]) -> T | None:
    """Return the trial that came closest to passing: the one whose first failure comes latest, the earlier of two.

    Each trial must have a failure. `results` returns for each finding of a trial whether it passed, so that the same
    choice is made among the trials of a decision and those of a stored record.
    """
    return max(trials, key=lambda trial: results(trial).index(False), default=None)


def as_plain(trace: Trace) -> list[dict[str, object]]:
    """Return the trace as lists and dictionaries that JSON can hold; no value in it is a token."""
    return [
        {
            "policy": trial.key,
            "name": trial.name,
            "effect": trial.effect.value,
            "report_only": trial.report_only,
            "passed": trial.passed,
            "rules": [
                {
                    "rule": finding.rule,
                    "passed": finding.passed,
                    "asked": _plain(finding.asked),
                    "allowed": _plain(finding.allowed),
                }
                for finding in trial.findings
            ],
        }
        for trial in trace
    ]


def _plain(value: object) -> object:
    if isinstance(value, set | frozenset):
        return sorted(map(str, value))
    return list(value) if isinstance(value, tuple) else value
