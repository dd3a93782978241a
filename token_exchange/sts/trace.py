"""The trace of a decision: for each policy each rule, passed or failed, what was asked, what was allowed."""

from __future__ import annotations

from dataclasses import dataclass

from token_exchange.sts.policy import Effect


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule found."""

    rule: str
    passed: bool
    asked: object = None
    allowed: object = None


@dataclass(frozen=True, slots=True)
class Trial:
    """How one policy fared: a permit policy allows if all its rules pass, a deny policy applies if all hold."""

    key: int
    name: str
    effect: Effect
    report_only: bool
    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        """Whether every finding is positive."""
        return all(finding.passed for finding in self.findings)


Trace = tuple[Trial, ...]


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
                    "rule": rule.rule,
                    "passed": rule.passed,
                    "asked": _plain(rule.asked),
                    "allowed": _plain(rule.allowed),
                }
                for rule in trial.findings
            ],
        }
        for trial in trace
    ]


def _plain(value: object) -> object:
    if isinstance(value, set | frozenset):
        return sorted(map(str, value))
    return list(value) if isinstance(value, tuple) else value
