"""Print results beside their limits, as text and as JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from statistics import median
from typing import Any, Final

from benchmarks.measuring import Spread, Statements, ratios
from benchmarks.variants import UNIT, Variant

Counted = tuple[Statements, int]
"""Limits for the statements and calls of one request."""

MOST_STATEMENTS: Final = 4
MOST_CALLS: Final = 6_000


def too_many_statements(variant: Variant, statements: Statements) -> list[str]:
    """Return an error if a variant sends too many statements, else None."""
    count = len(statements.data)
    if not variant.gated or count <= MOST_STATEMENTS:
        return []
    return [f"{variant.name}: {count} statements, must be at most {MOST_STATEMENTS}"]


def too_many_calls(variant: Variant, calls: int) -> list[str]:
    """Return an error if a variant makes too many function calls, else None."""
    if not variant.gated or calls <= MOST_CALLS:
        return []
    return [f"{variant.name}: {calls} calls, must be at most {MOST_CALLS}"]


def counts(variants: Sequence[Variant], counted: Mapping[str, Counted]) -> str:
    """Return a table of statements and calls with their limits."""
    rows = []
    for variant in variants:
        statements, calls = counted[variant.name]
        bounds = [f"≤ {MOST_STATEMENTS}", f"≤ {MOST_CALLS:,}"] if variant.gated else ["", ""]
        sql, control = str(len(statements.data)), str(len(statements.control))
        rows.append([variant.name, variant.what, sql, bounds[0], control, f"{calls:,}", bounds[1]])
    return table(["", "request", "SQL", "must", "control", "calls", "must"], rows, words=2)


def by_statement(counted: Mapping[str, Counted]) -> str:
    """Return what each statement of each variant does."""
    lines = []
    for name, (statements, _calls) in counted.items():
        lines.append(name)
        lines += [f"    {shape(text)}" for text in statements.data]
        lines.append(f"    control: {', '.join(statements.control) or 'none'}")
    return "\n".join(lines)


def turns(variants: Sequence[Variant], spent: Mapping[str, list[float]]) -> str:
    """Return a table of CPU milliseconds and their ratio to the unit."""
    over = ratios(spent, UNIT)
    rows = [[each.name, f"{median(spent[each.name]):.2f}", spread(over[each.name])] for each in variants]
    return table(["", "CPU ms", f"÷ {UNIT}: median (quartiles)"], rows)


def compared(variants: Sequence[Variant], spent: Mapping[str, list[float]]) -> str:
    """Return every ratio that has a limit, with the limit."""
    rows = [
        [f"{each.name} ÷ {against}", spread(ratios(spent, against)[each.name]), f"≤ {most:.2f}"]
        for each in variants
        for against, most in each.most.items()
    ]
    return table(["", "median (quartiles)", "must"], rows)


def plain_counts(statements: Statements, calls: int) -> dict[str, Any]:
    """Return counts as JSON can hold them."""
    data = [shape(text) for text in statements.data]
    return {"statements": data, "transaction_control": statements.control, "calls": calls}


def plain_turns(variants: Sequence[Variant], spent: Mapping[str, list[float]]) -> dict[str, Any]:
    """Return CPU and ratios as JSON can hold them."""
    return {
        variant.name: {
            "milliseconds": median(spent[variant.name]),
            "over": {
                against: {**asdict(ratios(spent, against)[variant.name]), "must": variant.most.get(against)}
                for against in (UNIT, *(variant.most.keys() - {UNIT}))
            },
        }
        for variant in variants
    }


def shape(sql: str) -> str:
    """Return what a statement does to which tables, without columns and values."""
    verb = sql.split(maxsplit=1)[0]
    tables = re.findall(r'(?:FROM|INTO|JOIN|UPDATE) ["`](\w+)["`]', sql)
    return " ".join([verb, *dict.fromkeys(tables)])


def table(header: Sequence[str], rows: Sequence[Sequence[str]], words: int = 1) -> str:
    """Return a Markdown table with aligned columns; the first ones hold text, the others numbers."""
    rule = ["---"] * words + ["--:"] * (len(header) - words)
    lines = [header, rule, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]

    def aligned(line: Sequence[str]) -> str:
        cells = enumerate(zip(line, widths, strict=True))
        return "| " + " | ".join(f"{cell:{'<' if at < words else '>'}{width}}" for at, (cell, width) in cells) + " |"

    return "\n".join(map(aligned, lines))


def spread(figure: Spread) -> str:
    """Return a ratio with its quartiles."""
    return f"{figure.middle:.2f} ({figure.lower:.2f} to {figure.upper:.2f})"
