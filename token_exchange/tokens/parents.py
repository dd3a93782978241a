"""The rows that an exchange is made from: they exist when its token is inserted, and nobody revokes them meanwhile."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db import connections

from token_exchange.models import ImpersonationTicket, PersonalAccessToken
from token_exchange.sts.verification import VerifiedToken
from token_exchange.sts.vocabulary import ACCESS_TOKEN, IMPERSONATION_TICKET, PERSONAL_ACCESS_TOKEN, REFRESH_TOKEN, USER
from token_exchange.tokens.insertion import Condition
from token_exchange.toolkit.compat import access_token_model, refresh_token_model


class _Table(NamedTuple):
    model: type[Any]
    fingerprint: str
    """The column that holds it."""
    keeps_revoked: bool
    """Whether a revoked token stays as a row; of the toolkit's access tokens it does not."""


def status(parents: Iterable[VerifiedToken], using: str) -> Condition:
    """Return the condition under which every parent stands; its rows are then locked until the end of the unit."""
    fingerprints: dict[_Table, set[str]] = defaultdict(set, {_table(ACCESS_TOKEN): set()})
    for parent in parents:
        # An external token has no row here that could be revoked: its issuer's row stands for it. A user's name
        # is no token, and has none either.
        if parent.issuer is None and parent.token_type != USER:
            fingerprints[_table(parent.token_type)].add(parent.fingerprint)
    conditions = [_living(table, sorted(of_table), using) for table, of_table in fingerprints.items()]
    return " AND ".join(sql for sql, _values in conditions), [value for _sql, values in conditions for value in values]


def _table(token_type: str) -> _Table:
    if token_type == REFRESH_TOKEN:
        return _Table(refresh_token_model(), "token_checksum", keeps_revoked=True)
    if token_type == PERSONAL_ACCESS_TOKEN:
        return _Table(PersonalAccessToken, "fingerprint", keeps_revoked=True)
    if token_type == IMPERSONATION_TICKET:
        return _Table(ImpersonationTicket, "fingerprint", keeps_revoked=True)
    return _Table(access_token_model(), "token_checksum", keeps_revoked=False)


def _living(table: _Table, fingerprints: list[str], using: str) -> tuple[str, list[Any]]:
    connection = connections[using]
    # A revocation either waits for our commit and then finds the child, or was first and leaves no parent (T26).
    lock = {"postgresql": " FOR SHARE", "mysql": " LOCK IN SHARE MODE"}.get(connection.vendor, "")
    # An empty list is no SQL but SQLite's: NULL matches no row.
    marks = ", ".join(["%s"] * len(fingerprints)) or "NULL"
    also = " AND revoked IS NULL" if table.keeps_revoked else ""
    name = connection.ops.quote_name(table.model._meta.db_table)
    living = f"SELECT 1 AS living FROM {name} WHERE {table.fingerprint} IN ({marks}){also}{lock}"  # noqa: S608 - own names
    return f"(SELECT COUNT(*) FROM ({living}) locked) = %s", [*fingerprints, len(fingerprints)]  # noqa: S608 - as above
