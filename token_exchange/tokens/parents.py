"""The rows that an exchange is made from: they exist when its token is inserted, and nobody revokes them meanwhile."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db import connections

from token_exchange.sts.verification import VerifiedToken
from token_exchange.sts.vocabulary import ACCESS_TOKEN, USER
from token_exchange.tokens import parent_kinds
from token_exchange.tokens.insertion import Condition
from token_exchange.tokens.parent_kinds import ParentKind


def exist(parents: Iterable[VerifiedToken], using: str) -> Condition:
    """Return the condition that every parent still exists; checking it locks their rows until the transaction ends."""
    by_type: dict[str, set[str]] = defaultdict(set, {ACCESS_TOKEN: set()})
    for parent in parents:
        # An external token has no row here that could be revoked, and a reference to a user names no token at all.
        if parent.issuer is None and parent.token_type != USER:
            by_type[parent_kinds.of(parent.token_type).token_type].add(parent.fingerprint)
    conditions = [_exist(parent_kinds.of(name), sorted(fingerprints), using) for name, fingerprints in by_type.items()]
    return " AND ".join(sql for sql, _values in conditions), [value for _sql, values in conditions for value in values]


def _exist(kind: ParentKind, fingerprints: list[str], using: str) -> tuple[str, list[Any]]:
    connection = connections[using]
    # A revocation either waits for this transaction, and then finds the new token, or it was first, and no parent is
    # left. SQLite has one writer at a time and needs no lock.
    lock = {"postgresql": " FOR SHARE", "mysql": " LOCK IN SHARE MODE"}.get(connection.vendor, "")
    # `IN ()` is valid in SQLite only; `IN (NULL)` matches nothing in every database.
    marks = ", ".join(["%s"] * len(fingerprints)) or "NULL"
    unrevoked = " AND revoked IS NULL" if kind.keeps_revoked else ""
    table = connection.ops.quote_name(kind.model()._meta.db_table)
    rows = f"SELECT 1 AS living FROM {table} WHERE {kind.fingerprint} IN ({marks}){unrevoked}{lock}"  # noqa: S608 - own names
    return f"(SELECT COUNT(*) FROM ({rows}) locked) = %s", [*fingerprints, len(fingerprints)]  # noqa: S608 - as above
