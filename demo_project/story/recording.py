"""Show the record of an answer, as an administrator sees it."""

from __future__ import annotations

from demo_project.terminal import Terminal
from demo_project.wire import Answer
from token_exchange.explanation import verdict
from token_exchange.models import ExchangeRecord
from token_exchange.wording.reason_words import reason_in_words

NOTHING = ("-", "none")
"""The values of a rule that had nothing to check."""


def record_of(answer: Answer) -> ExchangeRecord:
    """Return the record, found by the request id of the answer."""
    return ExchangeRecord.objects.get(request_id=answer.headers["X-Request-Id"])


def show_refusal(terminal: Terminal, answer: Answer) -> None:
    """Show the client's answer and the record: the failed rules, or the reason if no rule was evaluated."""
    terminal.answer(answer.status, {**answer.json, "X-Request-Id": answer.headers["X-Request-Id"]})
    record = record_of(answer)
    found = verdict.of_record(record)
    if not found.deciding:
        terminal.pair("the record says", f"{record.reason}: {reason_in_words(record.reason)}")
    for index in found.deciding:
        table = found.tables[index]
        terminal.pair("the record says", f"Policy “{table.name}” {table.verdict}.")
        for row in table.rows:
            if not row.passed:
                terminal.pair("", f"✗ {row.rule}: asked {row.asked}; allowed {row.allowed}.")


def show_permit(terminal: Terminal, answer: Answer) -> None:
    """Show the policy that allowed the exchange, with the value of each rule; show the refusal if there was none."""
    record = record_of(answer)
    found = verdict.of_record(record)
    if not found.granted:
        show_refusal(terminal, answer)
        return
    for index in found.deciding:
        table = found.tables[index]
        terminal.pair("the record says", f"Policy “{table.name}” {table.verdict}.")
        for row in table.rows:
            if row.asked not in NOTHING:
                terminal.pair("", f"✓ {row.rule}: {breakable(row.asked)}")


def breakable(name: str) -> str:
    """Return the name of a party with a space after `#`, so that a long name can be wrapped there."""
    return name.replace("#", "# ")
