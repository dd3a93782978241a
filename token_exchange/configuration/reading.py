"""Read rows field by field, also those with values that this version of the app does not know.

A newer version, `loaddata` or hand-written SQL may have written them. A value that cannot be read makes its own row
refuse; the other rows are read all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar, cast

from django.core.exceptions import ValidationError
from django.db.models import BooleanField, ExpressionWrapper, Q

from token_exchange.toolkit.timestamps import to_seconds

T = TypeVar("T")
MOMENTS: Final = ("begins", "ends")

UNREADABLE: Final = (ArithmeticError, AttributeError, LookupError, TypeError, ValidationError, ValueError)
"""Exceptions that a value of the wrong kind raises when it is read; database errors are not among them."""


@dataclass(frozen=True, slots=True)
class UnreadableRow:
    """Holds a row with fields that cannot be read, and the names of these fields."""

    model: Any
    key: Any
    name: str
    fields: tuple[str, ...]


class Reading:
    """Reads the fields of one row; a field that cannot be read is noted and replaced by a default."""

    def __init__(self, row: Any) -> None:
        self.row = row
        lost = [name for name in MOMENTS if getattr(row, f"has_{name}", False) and getattr(row, name) is None]
        self.unreadable: list[str] = [*getattr(row, "_unreadable", ()), *lost]

    def read(self, name: str, as_: Callable[[Any], T], otherwise: Any) -> T:
        """Return the field as `as_` converts it, or `otherwise` if the field cannot be read."""
        if name in self.unreadable:
            return cast("T", otherwise)
        try:
            return as_(getattr(self.row, name))
        except UNREADABLE:
            self.unreadable.append(name)
            return cast("T", otherwise)

    def row_with_fields(self) -> UnreadableRow:
        """Return the row and the fields that were noted."""
        return UnreadableRow(type(self.row), self.row.pk, str(self.row), tuple(self.unreadable))


def with_moments(queryset: Any) -> Any:
    """Annotate each row with which of its moments are set: SQLite's driver reads an invalid date as None."""
    stated = {f"has_{name}": ExpressionWrapper(Q(**{f"{name}__isnull": False}), BooleanField()) for name in MOMENTS}
    return queryset.annotate(**stated)


def rows_of(queryset: Any) -> list[Any]:
    """Return the rows; a row that Django itself cannot read is put together from its readable fields."""
    try:
        return list(queryset)
    except UNREADABLE:
        return [_row(queryset, key) for key in queryset.order_by("pk").values_list("pk", flat=True)]


def _row(queryset: Any, key: Any) -> Any:
    try:
        return queryset.get(pk=key)
    except UNREADABLE:
        return _pieced_together(queryset.model, queryset.db, key)


def _pieced_together(model: Any, using: str, key: Any) -> Any:
    values, unreadable = {}, []
    for field in model._meta.concrete_fields:
        try:
            values[field.attname] = model._base_manager.using(using).values_list(field.attname, flat=True).get(pk=key)
        except UNREADABLE:
            unreadable.append(field.name)
    row = model(**values)
    row._state.db, row._state.adding, row._unreadable = using, False, unreadable
    return row


def refused_fields(row: Any) -> list[str]:
    """Return the names of the fields that a form would refuse."""
    try:
        row.clean_fields()
    except ValidationError as error:
        return sorted(error.message_dict)
    except UNREADABLE:
        return []
    return []


def texts(value: Any) -> tuple[str, ...]:
    """Return a list of non-empty texts as a tuple; raise ValueError for anything else, a single text too."""
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        raise ValueError("not a list of texts")
    return tuple(value)


def some_of(known: Iterable[str]) -> Callable[[Any], frozenset[str]]:
    """Return a reader of lists of texts that raises ValueError for an item that is not known."""
    allowed = frozenset(known)

    def read(value: Any) -> frozenset[str]:
        items = frozenset(texts(value))
        if not items <= allowed:
            raise ValueError("an unknown item")
        return items

    return read


def flag(value: Any) -> bool:
    """Return a truth value; raise ValueError for anything else."""
    if not isinstance(value, bool):
        raise ValueError("not a truth value")
    return value


def number(value: Any) -> int:
    """Return a whole number; raise ValueError for anything else."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("not a number")
    return value


def number_or_none(value: Any) -> int | None:
    """Return a whole number or None; raise ValueError for anything else."""
    return None if value is None else number(value)


def moment_or_none(value: Any) -> float | None:
    """Return a moment in seconds or None; raise ValueError for anything else."""
    if value is None:
        return None
    if not isinstance(value, datetime):
        raise ValueError("not a moment")
    return to_seconds(value)
