"""Reads rows that may hold what this version does not know: written by a newer one, by `loaddata`, or by hand.

Such a row refuses for itself; it never stops the reading of the others.
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

ODD: Final = (ArithmeticError, AttributeError, LookupError, TypeError, ValidationError, ValueError)
"""What a value of the wrong kind raises where it is read; failures of the database are none of them."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is odd about one row."""

    model: Any
    key: Any
    name: str
    fields: tuple[str, ...]


class Reading:
    """The fields of one row, each read or, where it holds what nobody knows, replaced and noted."""

    def __init__(self, row: Any) -> None:
        self.row = row
        lost = [name for name in MOMENTS if getattr(row, f"has_{name}", False) and getattr(row, name) is None]
        self.odd: list[str] = [*getattr(row, "_unreadable", ()), *lost]

    def read(self, name: str, as_: Callable[[Any], T], otherwise: Any) -> T:
        """Return the field as what it should be, `otherwise` where it is not that."""
        if name in self.odd:
            return cast("T", otherwise)
        try:
            return as_(getattr(self.row, name))
        except ODD:
            self.odd.append(name)
            return cast("T", otherwise)

    def flaw(self) -> Flaw:
        """Return what was noted."""
        return Flaw(type(self.row), self.row.pk, str(self.row), tuple(self.odd))


def with_moments(queryset: Any) -> Any:
    """Return the rows with what the database says of their moments: SQLite's driver reads nonsense as none."""
    stated = {f"has_{name}": ExpressionWrapper(Q(**{f"{name}__isnull": False}), BooleanField()) for name in MOMENTS}
    return queryset.annotate(**stated)


def rows_of(queryset: Any) -> list[Any]:
    """Return the rows; of one that Django itself cannot read, what can be read of it."""
    try:
        return list(queryset)
    except ODD:
        return [_row(queryset, key) for key in queryset.order_by("pk").values_list("pk", flat=True)]


def _row(queryset: Any, key: Any) -> Any:
    try:
        return queryset.get(pk=key)
    except ODD:
        return _pieced_together(queryset.model, queryset.db, key)


def _pieced_together(model: Any, using: str, key: Any) -> Any:
    values, unreadable = {}, []
    for field in model._meta.concrete_fields:
        try:
            values[field.attname] = model._base_manager.using(using).values_list(field.attname, flat=True).get(pk=key)
        except ODD:
            unreadable.append(field.name)
    row = model(**values)
    row._state.db, row._state.adding, row._unreadable = using, False, unreadable
    return row


def texts(value: Any) -> tuple[str, ...]:
    """Return a list of texts; raise ValueError for anything else, a text included, which is a sequence of letters."""
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        raise ValueError("not a list of texts")
    return tuple(value)


def some_of(known: Iterable[str]) -> Callable[[Any], frozenset[str]]:
    """Return a reader of lists whose items are all known."""
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
