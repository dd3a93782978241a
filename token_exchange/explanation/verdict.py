"""Read the verdict on an exchange, and the policies that decided it, from its trace."""

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
    """Hold the answer to an exchange, the policies that decided it, and what would have to change."""

    granted: bool
    error: str
    reason: str
    detail: str
    """What exactly was wrong, as the record stores it."""
    trace: Sequence[Trial]
    tables: Sequence[PolicyTable]
    """The same policies in words."""
    deciding: Sequence[int]
    """The indexes of the policies that decided: that which permits, those that deny, or that which came closest."""

    @property
    def rule(self) -> str:
        """Return the name of the rule that failed in the closest policy, an empty text if no rule decided."""
        return next((str(rule["rule"]) for rule in self._failed()), "")

    @property
    def changes(self) -> list[str]:
        """Return the changes that would lead to a permit; none after a permit, or if they are not known."""
        if self.granted:
            return []
        asked = [_advice(self.tables[index], self.trace[index]) for index in self.deciding]
        found = [sentence for sentences in asked for sentence in sentences]
        general = advice.for_reason(self.reason)
        # Two policies or rules may need the same change: it is listed once.
        return list(dict.fromkeys([*([general] if general else []), *found]))

    def _failed(self) -> Iterator[Mapping[str, Any]]:
        for index in self.deciding:
            yield from (rule for rule in self.trace[index]["rules"] if not rule["passed"])


def of_event(event: ExchangeEvent) -> Verdict:
    """Return the verdict on an exchange that has just been decided."""
    error = event.error
    answer = (error.error, error.reason, error.detail) if error else ("", "", "")
    return _verdict(answer, as_plain(event.trace), _subjects(event), granted=error is None)


def of_record(record: ExchangeRecord) -> Verdict:
    """Return the verdict on a recorded exchange."""
    granted = record.outcome == ExchangeRecord.Outcome.GRANTED
    subjects = {} if is_external(record) else labels([record.subject])
    return _verdict((record.error, record.reason, record.detail), record.trace, subjects, granted=granted)


def _subjects(event: ExchangeEvent) -> Mapping[str, str]:
    """Return the label of a local subject by its key; an empty dictionary for the subject of an external issuer."""
    party = event.exchange.subject.party if event.exchange else None
    return labels([party.subject]) if party is not None and party.issuer is None else {}


def _verdict(
    answer: tuple[str, str, str], trace: Sequence[Trial], subjects: Mapping[str, str], *, granted: bool
) -> Verdict:
    error, reason, detail = answer
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
    if passed:  # a policy permitted it, and the request was refused for another reason
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
