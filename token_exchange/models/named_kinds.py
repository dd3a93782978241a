"""Compare the kinds of parties that a rule named with those it names now: an emptied list must not widen a denial."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from django.db.models import Exists, OuterRef

from token_exchange.models.exchange_policy import ExchangePolicy
from token_exchange.models.impersonation_permission import ImpersonationPermission
from token_exchange.sts.policy import SubjectKind

_ACTORS: Final = ("actor_users", "actor_groups", "actor_clients")
_SUBJECTS: Final = ("subject_users", "subject_groups")
PARTS: Final[Mapping[Any, Mapping[str, tuple[str, ...]]]] = {
    ExchangePolicy: {"actors": _ACTORS, "subjects": _SUBJECTS, "targets": ("targets",)},
    ImpersonationPermission: {
        "actors": _ACTORS,
        "subjects": _SUBJECTS,
        "clients": ("clients",),
        "targets": ("targets",),
    },
}
"""The lists that name parties of a kind, by model and kind."""


def kinds_in(model: Any, filled: Collection[str]) -> list[str]:
    """Return the kinds of the parties in these non-empty lists."""
    return [kind for kind, fields in PARTS[model].items() if any(field in filled for field in fields)]


def lost(row: Any, filled: Collection[str]) -> list[str]:
    """Return the kinds of parties that a rule has named and that none of its non-empty lists names now."""
    named = row.named_kinds if isinstance(row.named_kinds, list) else []
    left = kinds_in(type(row), filled)
    return [kind for kind in named if kind in _counted(row) and kind not in left]


def _counted(row: Any) -> Collection[str]:
    kinds = PARTS[type(row)]
    if isinstance(row, ExchangePolicy) and row.subject_kind != SubjectKind.LISTED_USERS:
        return kinds.keys() - {"subjects"}
    return kinds.keys()


def filled_lists(model: Any, keys: Iterable[Any], using: str) -> dict[Any, set[str]]:
    """Return the names of the non-empty lists of each rule, by primary key, with one statement."""
    fields = [field for fields in PARTS[model].values() for field in fields]
    rows = model._base_manager.using(using).filter(pk__in=list(keys))
    found = rows.annotate(**{f"has_{field}": Exists(_links(model, field)) for field in fields})
    columns = found.values_list("pk", *(f"has_{field}" for field in fields))
    return {key: {field for field, has in zip(fields, flags, strict=True) if has} for key, *flags in columns}


def _links(model: Any, field: str) -> Any:
    relation = model._meta.get_field(field)
    through = relation.remote_field.through
    return through._base_manager.filter(**{f"{relation.m2m_field_name()}_id": OuterRef("pk")})
