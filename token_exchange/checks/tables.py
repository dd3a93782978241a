"""Find out if tables can be read: `migrate` runs the checks before it adds missing tables and columns."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import connections


def are_migrated(databases: Collection[str] | None, using: str, *models: Any) -> bool:
    """Return True if this database is among those to check and has every column of these models."""
    if using not in (databases or ()):
        return False
    connection = connections[using]
    known = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for model in models:
            if model._meta.db_table not in known:
                return False
            columns = connection.introspection.get_table_description(cursor, model._meta.db_table)
            if not {field.column for field in model._meta.concrete_fields} <= {column.name for column in columns}:
                return False
    return True
