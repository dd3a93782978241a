"""The verdict on an exchange, read from the trace that every face of a decision shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from token_exchange.explanation import advice
from token_exchange.models import ExchangeRecord
from token_exchange.sts.audit import ExchangeEvent
from token_exchange.sts.policy import Effect
from token_exchange.sts.reasons import Reason
from token_exchange.sts.trace import as_plain, closest
from token_exchange.wording.labels import is_external, labels
from token_exchange.wording.trace_table import PolicyTable, policy_tables

Trial = Mapping[str, Any]
"""One policy in a stored trace."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Yes or no, by which policies, for the lack of what."""

    granted: bool
    error: str
    reason: str
    detail: str
    """What the reason leaves open, as the record tells it."""
    trace: Sequence[Trial]
    tables: Sequence[PolicyTable]
    """The same policies in words."""
    deciding: Sequence[int]
    """Which policies of the trace decided: the one that permits, those that deny, or the one that came closest."""

    @property
    def rule(self) -> str:
        """The rule at which the closest policy stopped; empty where no rule decided."""
        return next((str(rule["rule"]) for rule in self._failed()), "")

    @property
    def changes(self) -> list[str]:
        """What would have to change for a yes; empty where that is plain, or where it is one."""
        if self.granted:
            return []
        asked = [_advice(self.tables[index], self.trace[index]) for index in self.deciding]
        found = [sentence for sentences in asked for sentence in sentences]
        general = advice.for_reason(self.reason)
        # Two policies that deny, or two rules, may ask for the same: once is enough.
        return list(dict.fromkeys([*([general] if general else []), *found]))

    def _failed(self) -> Iterator[Mapping[str, Any]]:
        for index in self.deciding:
            yield from (rule for rule in self.trace[index]["rules"] if not rule["passed"])


def of_event(event: ExchangeEvent) -> Verdict:
    """Return the verdict on an exchange that has been decided just now."""
    error = event.error
    told = (error.error, error.reason, error.detail) if error else ("", "", "")
    return _verdict(told, as_plain(event.trace), _subjects(event), granted=error is None)


def of_record(record: ExchangeRecord) -> Verdict:
    """Return the verdict that a record tells."""
    granted = record.outcome == ExchangeRecord.Outcome.GRANTED
    subjects = {} if is_external(record) else labels([record.subject])
    return _verdict((record.error, record.reason, record.detail), record.trace, subjects, granted=granted)


def _subjects(event: ExchangeEvent) -> Mapping[str, str]:
    """The label of the subject, unless another issuer chose its name."""
    party = event.exchange.subject.party if event.exchange else None
    return labels([party.subject]) if party is not None and party.issuer is None else {}


def _verdict(
    told: tuple[str, str, str], trace: Sequence[Trial], subjects: Mapping[str, str], *, granted: bool
) -> Verdict:
    error, reason, detail = told
    return Verdict(
        granted=granted,
        error=error,
        reason=str(reason),
        detail=detail,
        trace=trace,
        tables=policy_tables(trace, granted=granted, subjects=subjects),
        deciding=list(_deciding(granted, reason, trace)),
    )


def _deciding(granted: bool, reason: str, trace: Sequence[Trial]) -> Iterable[int]:
    permits = granted or reason != Reason.DENIED_BY_POLICY
    wanted = Effect.PERMIT if permits else Effect.DENY
    asked = [index for index, trial in enumerate(trace) if trial["effect"] == wanted and not trial["report_only"]]
    passed = [index for index in asked if trace[index]["passed"]]
    if granted or not permits:
        return passed
    if passed:  # a policy had allowed it, and something else stood in the way
        return []
    index = closest(asked, lambda index: [rule["passed"] for rule in trace[index]["rules"]])
    return [] if index is None else [index]


def _advice(table: PolicyTable, trial: Trial) -> list[str]:
    if trial["effect"] == Effect.DENY:
        return []
    return [
        advice.for_rule(finding, row.asked, row.allowed)
        for finding, row in zip(trial["rules"], table.rows, strict=True)
        if not finding["passed"]
    ]
