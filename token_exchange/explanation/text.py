"""Show a verdict as lines on a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Final

from django.utils.translation import gettext

from token_exchange.explanation.verdict import Verdict
from token_exchange.wording.detail_words import detail_in_words
from token_exchange.wording.reason_words import reason_in_words
from token_exchange.wording.trace_table import PolicyTable, RuleRow

LABEL: Final = 10
RULE: Final = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Lay out the parts of an explanation for a terminal of this width and style."""

    width: int
    style: Any
    """The style of the command, which adds no colours if the output is not a terminal."""

    def headline(self, verdict: Verdict) -> Iterator[str]:
        """Yield the verdict, the reason and its detail."""
        if verdict.granted:
            names = ", ".join(f"“{verdict.tables[index].name}”" for index in verdict.deciding)
            word, rest = self.style.SUCCESS(gettext("PERMITTED")), gettext("by the policy %(name)s") % {"name": names}
        else:
            word, rest = self.style.ERROR(gettext("REFUSED")), f"{verdict.error} ({_reason(verdict)})"
        first, *more = _wrapped(rest, self.width - LABEL)
        yield f"{word} {first}"
        yield from (f"  {line}" for line in more)
        detail = detail_in_words(verdict.reason, verdict.detail)
        yield from _wrapped(f"{reason_in_words(verdict.reason)} {detail}", self.width)

    def paragraph(self, label: str, text: str) -> Iterator[str]:
        """Yield the text, indented, after its label."""
        first, *rest = _wrapped(text, self.width - LABEL)
        yield f"{self.style.MIGRATE_HEADING(label)}{' ' * (LABEL - len(label))}{first}"
        yield from (f"{' ' * LABEL}{line}" for line in rest)

    def policies(self, verdict: Verdict, sentences: Mapping[Any, str]) -> Iterator[str]:
        """Yield each policy that was evaluated, as a sentence and as a table of its rules."""
        for index, table in enumerate(verdict.tables):
            yield ""
            heading = _wrapped(_heading(table) + _remark(table, verdict, index), self.width, "", "  ")
            yield from map(self.style.MIGRATE_HEADING, heading)
            yield from _wrapped(sentences.get(table.key, ""), self.width, "  ", "  ")
            yield from self._row("", gettext("Rule"), gettext("Asked"), gettext("Allowed"), self.style.MIGRATE_LABEL)
            for row in table.rows:
                yield from self._rule(row)

    def changes(self, changes: Sequence[str]) -> Iterator[str]:
        """Yield the list of suggested changes."""
        if changes:
            yield ""
            yield self.style.MIGRATE_HEADING(gettext("What would have to change"))
        for change in changes:
            yield from _wrapped(change, self.width, "  • ", "    ")

    def _rule(self, row: RuleRow) -> Iterator[str]:
        mark, paint = ("✓", str) if row.passed else ("✗", self.style.ERROR)
        return self._row(mark, row.rule, row.asked, row.allowed, paint)

    def _row(self, mark: str, rule: str, asked: str, allowed: str, paint: Any) -> Iterator[str]:
        column = max(12, (self.width - RULE - 8) // 2)
        cells = ((mark, 1), (rule, RULE), (asked, column), (allowed, column))
        wrapped = [_wrapped(cell, width) or [""] for cell, width in cells]
        for parts in zip_longest(*wrapped, fillvalue=""):
            padded = [f"{part:<{width}}" for part, (_cell, width) in zip(parts, cells, strict=True)]
            yield paint(f"  {padded[0]} {'  '.join(padded[1:])}".rstrip())


def _wrapped(text: str, width: int, first: str = "", rest: str = "") -> list[str]:
    # Control characters in a stored name must not reach the terminal, which would obey them.
    harmless = "".join(character if character.isprintable() else " " for character in text)
    return textwrap.wrap(harmless, width, initial_indent=first, subsequent_indent=rest)


def _reason(verdict: Verdict) -> str:
    return f"{verdict.reason}: {verdict.detail}" if verdict.detail else verdict.reason


def _heading(table: PolicyTable) -> str:
    names = {"key": table.key, "name": table.name, "verdict": table.verdict}
    return gettext("Policy %(key)s “%(name)s” %(verdict)s") % names


def _remark(table: PolicyTable, verdict: Verdict, index: int) -> str:
    if table.report_only:
        return gettext(" (report only: it decides nothing)")
    if index not in verdict.deciding:
        return ""
    return gettext(" (this decided)") if verdict.granted or table.denies else gettext(" (this came closest)")
