"""Define what a validation rule is, for every model that administrators or users write.

A rule is a callable. It takes a row, saved or not, and the row's lists, and yields the errors that it finds. The lists
map each many-to-many field to its related rows: a form validates them before they are stored, so a rule never reads
them from the row.

A new field of a policy or permission is written in its model, in the frozen value of `sts`, in the reader of
`configuration` and in the fieldsets of its admin; in `wording` only if the sentence has to name it, and in a rule only
if some of its values are invalid. All else follows `_meta`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class FieldError:
    """Hold the message of an error and the field to correct; an empty field name means the row as a whole."""

    field: str
    message: str


Lists = Mapping[str, Sequence[Any]]
"""Related rows by the name of their many-to-many field."""

Rule = Callable[[Any, Lists], Iterator[FieldError]]


def list_names(model: Any) -> tuple[str, ...]:
    """Return the names of a model's many-to-many fields, in the order of the model."""
    return tuple(field.name for field in model._meta.many_to_many)


def relation_names(model: Any) -> tuple[str, ...]:
    """Return the names of a model's foreign keys and many-to-many fields."""
    return (*(field.name for field in model._meta.concrete_fields if field.is_relation), *list_names(model))


def stored_list(row: Any, name: str) -> list[Any]:
    """Return the related rows of one field; none of a row that is not saved."""
    return list(getattr(row, name).all()) if row.pk else []


def stored_lists(row: Any) -> dict[str, Sequence[Any]]:
    """Return the related rows of a row, by field."""
    return {name: stored_list(row, name) for name in list_names(row)}


def errors_in(row: Any, lists: Lists, rules: Iterable[Rule]) -> list[FieldError]:
    """Return every error that these rules find in a row with these lists."""
    return [error for rule in rules for error in rule(row, lists)]
