"""Delete old rows in ranges of primary keys, so that no statement locks the table for long.

The SQL is written by hand because records refuse deletion through their model, and because `QuerySet.delete()` may
first read every row.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.db import connections, models, transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Prunable:
    """Count and delete the rows of a model whose field `moment`, which is indexed, lies before a given time."""

    model: type[models.Model]
    moment: str
    before: datetime
    using: str

    def count(self) -> int:
        """Return the number of rows to delete."""
        return self._rows().count()

    def delete(self, batch_size: int) -> Iterator[int]:
        """Delete the rows in ranges of `batch_size` keys, and yield the number of deleted rows after each range.

        Each range is a transaction of its own, so a caller that stops early loses nothing and can continue later. The
        rows of many-to-many tables are deleted with their rows.
        """
        connection, last = connections[self.using], self._rows().aggregate(last=models.Max("pk"))["last"]
        if connection.vendor == "sqlite":
            # 32 MiB: a deletion touches every index at random places, for which the default of 2 MiB is too small.
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA cache_size = -32768")
        first = self._first_from(0)
        while first is not None and last is not None and first <= last:
            following = first + batch_size
            deleted = self._delete_between(first, min(following - 1, last))
            # If a range had nothing to delete, skip the gap between the keys.
            first = following if deleted or following > last else self._first_from(following)
            yield deleted

    def _rows(self) -> models.QuerySet[Any]:
        return self.model._default_manager.using(self.using).filter(**{f"{self.moment}__lt": self.before})

    def _first_from(self, key: int) -> int | None:
        rows = self.model._default_manager.using(self.using).filter(pk__gte=key)
        return rows.aggregate(first=models.Min("pk"))["first"]  # type: ignore[no-any-return]  # the key is a number

    def _delete_between(self, first: int, last: int) -> int:
        connection, meta = connections[self.using], self.model._meta
        quote, moment = connection.ops.quote_name, cast("Any", meta.get_field(self.moment))
        table, key = quote(meta.db_table), quote(str(meta.pk.column))
        those = f"FROM {table} WHERE {key} BETWEEN %s AND %s AND {quote(moment.column)} < %s"
        values = [first, last, moment.get_db_prep_value(self.before, connection)]
        with transaction.atomic(using=self.using, savepoint=False), connection.cursor() as cursor:
            for related in cast("Any", meta.many_to_many):
                through, column = quote(related.m2m_db_table()), quote(related.m2m_column_name())
                cursor.execute(f"DELETE FROM {through} WHERE {column} IN (SELECT {key} {those})", values)  # noqa: S608 - only names
            cursor.execute(f"DELETE {those}", values)
            return int(cursor.rowcount)
