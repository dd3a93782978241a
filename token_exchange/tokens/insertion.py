"""Insert one row by a statement whose text is built once from the model.

`save()` builds the statement anew for every row, sends signals and selects the primary key: measured, an exchange that
saves its two plain rows takes a third more function calls (see `token_exchange.tokens`). And `save()` cannot insert a
row on a condition, which `issued_tokens` needs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

Condition = tuple[str, Sequence[Any]]
"""An SQL expression, and its parameters."""


TEXTUAL: Final = (models.CharField, models.TextField)
"""Fields that save a string unchanged. Only these exact classes: a subclass may convert it."""


class Insertion:
    """Insert rows of one model into one database, with the values that `save()` would write."""

    def __init__(self, model: type[models.Model], using: str) -> None:
        connection = connections[using]
        self._using = using
        self._fields = {
            field.attname: field
            for field in model._meta.concrete_fields
            if not (isinstance(field, models.AutoField) or field.has_db_default() or field.generated)
        }
        quote = connection.ops.quote_name
        columns = ", ".join(quote(str(field.column)) for field in self._fields.values())
        self._into = f"INSERT INTO {quote(model._meta.db_table)} ({columns})"
        self._values = ", ".join(["%s"] * len(self._fields))
        self._from = " FROM DUAL" if connection.vendor == "mysql" else ""

    def insert(self, values: Mapping[str, Any], only_if: Condition | None = None) -> bool:
        """Insert a row with these attributes; return True if it was inserted, False if the condition did not hold.

        Fields that `values` does not name get their default. Raise TypeError for a name that is not a field.
        """
        if unknown := values.keys() - self._fields.keys():
            raise TypeError(f"no fields of this model: {unknown}")
        connection = connections[self._using]
        parameters = self._parameters(values, connection)
        if only_if is None:
            sql = f"{self._into} VALUES ({self._values})"
        else:
            condition, more = only_if
            sql = f"{self._into} SELECT {self._values}{self._from} WHERE {condition}"
            parameters.extend(more)
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return bool(cursor.rowcount == 1)

    def insert_instance(self, instance: models.Model, only_if: Condition | None = None) -> bool:
        """Insert an unsaved instance, with the values that `save()` would write; return as `insert` does."""
        return self.insert({name: field.pre_save(instance, add=True) for name, field in self._fields.items()}, only_if)

    def _parameters(self, values: Mapping[str, Any], connection: BaseDatabaseWrapper) -> list[Any]:
        # Most columns are text, and `get_db_prep_save` of each would take ten function calls.
        return [
            value
            if type(value := values[name] if name in values else field.get_default()) is str and type(field) in TEXTUAL
            else field.get_db_prep_save(value, connection)
            for name, field in self._fields.items()
        ]


@cache
def insertion(model: type[models.Model], using: str) -> Insertion:
    """Return the statement that inserts into this model's table of this database."""
    return Insertion(model, using)
