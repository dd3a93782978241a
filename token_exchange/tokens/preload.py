"""Load, in one statement, the rows that almost every exchange needs: the client, the tokens and the rules' version.

One join reads the calling client, the version of the configuration, and for each presented token of this server its
row, its user, the client that it was issued to, and the row of `ExchangedToken` beside it. The ORM needs three queries
for the same rows and two and a half times the function calls of the whole exchange (see `token_exchange.tokens`).
Default managers of swapped models are not asked: a row that such a manager would hide is found here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate, pairwise
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from token_exchange.models import ConfigurationVersion, ExchangedToken
from token_exchange.models.configuration_version import ONLY_ROW
from token_exchange.sts.verification import StoredToken
from token_exchange.tokens.columns import Columns
from token_exchange.toolkit.compat import access_token_model, application_model, fingerprint_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Preload:
    """Hold the rows as they are when an exchange begins, before the caller has proved anything."""

    application: Any | None = None
    """The client with the presented client id; None if there is none."""
    version: int = 0
    """The version of the configuration."""
    tokens: Mapping[str, StoredToken] = field(default_factory=dict)
    """The presented access tokens of this server, by fingerprint."""


def read(client_id: str, tokens: Collection[str], using: str) -> Preload:
    """Return the rows for a client id and the presented tokens, of which there are at most two; one statement."""
    fingerprints = [fingerprint_of(token) for token in tokens]
    statement, connection = _statement(using), connections[using]
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, [*(fingerprints * 2 or [""] * 2)[:2], ONLY_ROW, client_id])
        rows = cursor.fetchall()
    found: dict[str, StoredToken] = {}
    application, version = None, 0
    for row in rows:
        version = row[0] or 0
        application, token, user, issued_to, exchanged = statement.instances(row, connection)
        # The database may have found a client id in another case (`people.lookup`).
        if application is None or application.client_id != client_id:
            return Preload()
        if token is not None:
            found[token.token_checksum] = StoredToken(
                token=token, user=user, application=issued_to, exchanged=exchanged
            )
    return Preload(application=application, version=version, tokens=found)


class _Statement:
    """Build the SQL for one database, once, from the tables and columns of the models."""

    def __init__(self, using: str) -> None:
        token, application, user = access_token_model(), application_model(), get_user_model()
        self._parts = [
            Columns(application, "caller", using),
            # The column `token` may hold the token itself, which nothing here needs.
            Columns(token, "token", using, leave_out={"token"}),
            Columns(user, "person", using, leave_out={"password"}),
            Columns(application, "issued_to", using, leave_out={"client_secret"}),
            Columns(ExchangedToken, "exchanged", using),
        ]
        q = connections[using].ops.quote_name
        key = q(str(user._meta.pk.column))
        app = q(application._meta.pk.column)
        table = {
            model: q(model._meta.db_table) for model in (application, ConfigurationVersion, token, user, ExchangedToken)
        }
        self.sql = (
            f"SELECT configuration.version, {', '.join(part.select for part in self._parts)}"  # noqa: S608 - only names of tables and columns
            f" FROM {table[application]} caller"
            f" LEFT JOIN {table[token]} token ON token.token_checksum IN (%s, %s)"
            f" LEFT JOIN {table[ConfigurationVersion]} configuration ON configuration.id = %s"
            f" LEFT JOIN {table[user]} person ON person.{key} = token.{q(token._meta.get_field('user').column)}"
            f" LEFT JOIN {table[application]} issued_to"
            f" ON issued_to.{app} = token.{q(token._meta.get_field('application').column)}"
            f" LEFT JOIN {table[ExchangedToken]} exchanged ON exchanged.fingerprint = token.token_checksum"
            f" WHERE caller.client_id = %s"
        )
        self._slices = list(pairwise(accumulate(map(len, self._parts), initial=1)))

    def instances(self, row: tuple[Any, ...], connection: BaseDatabaseWrapper) -> Iterator[Any]:
        """Return the five instances that follow the version in a row; None for each that the join did not find."""
        values = (row[start:end] for start, end in self._slices)
        return (part.instance(columns, connection) for part, columns in zip(self._parts, values, strict=True))


@cache
def _statement(using: str) -> _Statement:
    return _Statement(using)
