"""Select all columns of a model in a hand-written join, and turn the values of a row into an instance.

`preload` needs this because a site can swap the models of django-oauth-toolkit and of users: their tables, columns and
fields are known only at run time. Values pass through the same converters that the ORM uses.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Any

from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Col


class Columns:
    """Select the columns of one model under one alias of a join."""

    def __init__(self, model: type[models.Model], alias: str, using: str, leave_out: Container[str] = ()) -> None:
        connection = connections[using]
        quote = connection.ops.quote_name
        fields = [field for field in model._meta.concrete_fields if field.attname not in leave_out]
        self.model = model
        self.using = using
        self.names = [field.attname for field in fields]
        self.select = ", ".join(f"{quote(alias)}.{quote(str(field.column))}" for field in fields)
        self._key = [field.primary_key for field in fields].index(True)
        self._converters = [
            (index, convert, Col(alias, field))
            for index, field in enumerate(fields)
            for convert in (
                *connection.ops.get_db_converters(Col(alias, field)),
                *field.get_db_converters(connection),
            )
        ]

    def __len__(self) -> int:
        return len(self.names)

    def instance(self, values: Sequence[Any], connection: BaseDatabaseWrapper) -> Any | None:
        """Return the instance with these values, or None if an outer join found no row."""
        if values[self._key] is None:
            return None
        row = list(values)
        for index, convert, expression in self._converters:
            row[index] = convert(row[index], expression, connection)
        return self.model.from_db(self.using, self.names, row)
