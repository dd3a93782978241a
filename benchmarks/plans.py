"""Explain how the database runs a statement, and whether it would read a large table completely."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import connections

from benchmarks.measuring import TRANSACTION_CONTROL
from benchmarks.report import shape
from token_exchange.models import ExchangedToken, ExchangePolicy, ExchangeRecord
from token_exchange.toolkit.compat import access_token_model, application_model


def full_scans(sql: str, using: str) -> list[str]:
    """Return the steps in the plan of a statement that read a large table completely."""
    connection = connections[using]
    large = {model._meta.db_table for model in _large()}
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}")
            nodes = _nodes(_loaded(cursor.fetchone()[0])[0]["Plan"])
            return [f"Seq Scan on {node['Relation Name']}" for node in nodes if _is_scan(node, large)]
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        steps = [row[3] for row in cursor.fetchall()]
    # SQLite calls a table by its alias.
    tables = {alias: table for table, alias in re.findall(r'"(\w+)" (?:AS )?(\w+)', sql)}
    scanned = [step.split()[1] for step in steps if step.startswith("SCAN")]
    return [f"SCAN {name}" for name in scanned if tables.get(name, name) in large]


def scans_of(statements: Iterable[str], using: str) -> list[str]:
    """Return every full scan of a large table in the plans of these statements."""
    data = [sql for sql in statements if not sql.startswith(TRANSACTION_CONTROL)]
    return [f"{shape(sql)}: {step}" for sql in data for step in full_scans(sql, using)]


def _large() -> list[Any]:
    return [access_token_model(), application_model(), ExchangedToken, ExchangePolicy, ExchangeRecord]


def _loaded(plan: Any) -> Any:
    return json.loads(plan) if isinstance(plan, str) else plan


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("Plans", ()):
        yield from _nodes(child)


def _is_scan(node: dict[str, Any], large: set[str]) -> bool:
    return node["Node Type"] == "Seq Scan" and node["Relation Name"] in large
