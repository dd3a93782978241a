"""Read the enabled policies or impersonation permissions together with their lists."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar, cast

from django.db import models

from token_exchange.configuration.reading import Reading, rows_of, with_moments
from token_exchange.models.named_kinds import lost
from token_exchange.models.validation import list_names
from token_exchange.sts.permission import Permission
from token_exchange.sts.policy import Effect, People, Policy
from token_exchange.sts.targets import Target
from token_exchange.toolkit.compat import application_model

Rule = TypeVar("Rule", Policy, Permission)

Keys = Mapping[str, Sequence[Any]]
"""By many-to-many field: the client ids of related clients, the primary keys of all other related rows."""

Targets = Mapping[Effect, Mapping[int, Target]]
"""By effect: the targets that such a rule may name, by primary key.

A denial may name disabled targets too: without them, it would come to deny every target.
"""
NO_TARGETS: Final[Targets] = {Effect.PERMIT: {}, Effect.DENY: {}}


def no_keys(model: Any) -> Keys:
    """Return empty lists for all many-to-many fields of a model."""
    return dict.fromkeys(list_names(model), ())


def read_rules(rows: Any, rule_of: Callable[[Reading, Keys], Rule]) -> tuple[list[Rule], list[Reading]]:
    """Return the rules of these rows, and the readings of the rows that cannot be read in full.

    Such a permit is left out. Such a denial denies all that it might have denied: its readable fields still narrow it.
    """
    found: list[Rule] = []
    unreadable: list[Reading] = []
    read = rows_of(with_moments(rows))
    lists = {name: _keys_by_rule(rows.model, name, rows.db) for name in list_names(rows.model)} if read else {}
    for row in read:
        reading, keys = Reading(row), {name: by_rule.get(row.pk, []) for name, by_rule in lists.items()}
        rule = rule_of(reading, keys)
        if reading.unreadable:
            unreadable.append(reading)
        if rule.effect is Effect.PERMIT:
            applies = not reading.unreadable
        else:
            # A denial whose parties are all deleted would deny everybody.
            applies = not lost(row, [name for name in keys if keys[name]])
        if applies:
            found.append(rule)
    return found, unreadable


def people(keys: Keys, role: str) -> People:
    """Return the users, groups and clients that a rule names as its `actor` or `subject`."""
    return People(
        users=frozenset(map(str, keys[f"{role}_users"])),
        groups=frozenset(keys[f"{role}_groups"]),
        clients=frozenset(keys.get(f"{role}_clients", ())),
    )


def _keys_by_rule(model: Any, name: str, using: str) -> Mapping[Any, list[Any]]:
    # Not prefetch_related: that would load every column of every user that a rule lists, and fail for all rules on a
    # related row that cannot be read.
    relation = cast("models.ManyToManyField[Any, Any]", model._meta.get_field(name))
    through = cast("type[models.Model]", relation.remote_field.through)
    other = relation.m2m_reverse_field_name()
    column = f"{other}__client_id" if relation.related_model is application_model() else f"{other}_id"
    found: dict[Any, list[Any]] = defaultdict(list)
    pairs = through._default_manager.using(using).values_list(f"{relation.m2m_field_name()}_id", column)
    for rule, key in pairs:
        found[rule].append(key)
    return found
