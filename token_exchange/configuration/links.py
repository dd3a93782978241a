"""The lists of all rules of a kind, read in one statement each, whatever the rows that they lead to hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, cast

from django.db import models

Links = Mapping[Any, list[Any]]
"""By rule: the related keys, or the columns asked for."""


def links(model: Any, field: str, using: str, column: str = "pk") -> Links:
    """Return what a list of each rule names, by a column of the rows that it leads to."""
    relation = cast("models.ManyToManyField[Any, Any]", model._meta.get_field(field))
    through = cast("type[models.Model]", relation.remote_field.through)
    other = relation.m2m_reverse_field_name()
    path = f"{other}_id" if column == "pk" else f"{other}__{column}"
    rows = through._default_manager.using(using).values_list(f"{relation.m2m_field_name()}_id", path)
    found: dict[Any, list[Any]] = defaultdict(list)
    for rule, related in rows:
        found[rule].append(related)
    return found
